-- How much of each store's revenue does the site prepare?
-- Grain: one row per store with orders.
-- Read: ropo is bought in the store after research online, click and collect ordered online and
-- picked up there. What is left came without a trace online; people the site does not recognise are
-- among it, so the shares are lower bounds.

with

orders as (

    select
        location_id,
        purchase_mode,
        net_revenue
    from {{ ref('fct_orders') }}
    where is_conversion and location_id is not null

),

stores as (

    select * from {{ ref('dim_locations') }}

),

by_store as (

    select
        location_id,
        count(*) as orders,
        sum(net_revenue) as net_revenue,
        sum(case when purchase_mode = 'ropo' then net_revenue else 0 end) as ropo_revenue,
        sum(case when purchase_mode = 'click_and_collect' then net_revenue else 0 end)
            as collected_revenue
    from orders
    group by location_id

),

stores_prepared_online as (

    select
        by_store.location_id,
        stores.location_name,
        stores.city,
        by_store.orders,
        by_store.net_revenue,
        {{ ratio('by_store.ropo_revenue', 'by_store.net_revenue') }} as ropo_share,
        {{ ratio('by_store.collected_revenue', 'by_store.net_revenue') }}
            as click_and_collect_share,
        {{ ratio('(by_store.ropo_revenue + by_store.collected_revenue)', 'by_store.net_revenue') }}
            as prepared_online_share
    from by_store
    left join stores
        on by_store.location_id = stores.location_id

)

select * from stores_prepared_online
order by prepared_online_share desc, location_id asc
