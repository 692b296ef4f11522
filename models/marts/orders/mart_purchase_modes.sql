-- How orders come about, store by store: what the site brings to the stores, and they to it.
with

-- A pick-up comes after its order: only research and demos can lie before it.
orders as (

    select
        *,
        {{ month_of('order_date') }} as month,
        case
            when purchase_mode in ('ropo', 'try_and_buy')
                then {{ seconds_between('purchase_mode_evidence_at', 'ordered_at') }}
        end as seconds_of_preparation
    from {{ ref('fct_orders') }}
    where is_conversion

),

summed as (

    select
        month,
        location_id,
        purchase_mode,
        count(*) as orders,
        count(distinct person_id) as persons,
        cast(sum(net_revenue) as decimal(18, 2)) as net_revenue,
        count(*) filter (where is_first_order) as first_orders,
        count(*) filter (where is_impulse) as impulse_orders,
        count(*) filter (where ropo_product_match) as product_match_orders,
        count(*) filter (where is_cancelled) as cancelled_orders,
        median(seconds_of_preparation) as median_seconds
    from orders
    group by month, location_id, purchase_mode

),

purchase_modes as (

    select
        {{ surrogate_key(['month', 'location_id', 'purchase_mode']) }} as purchase_mode_id,

        month,
        location_id,
        purchase_mode,

        orders,
        {{ ratio('orders', 'sum(orders) over (partition by month, location_id)', 6) }}
            as order_share,
        persons,
        net_revenue,
        first_orders,
        impulse_orders,
        product_match_orders,
        cancelled_orders,
        {{ ratio('median_seconds', '3600', 1) }} as median_hours_of_preparation
    from summed

)

select * from purchase_modes
