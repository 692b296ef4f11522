-- One row per store and day since its doors are counted: people who came in, beside the visits that
-- were recorded and the orders at the tills.
with

footfall as (

    select
        location_id,
        footfall_date,
        cast(sum(entries) as bigint) as entries,
        cast(sum(exits) as bigint) as exits
    from {{ ref('stg_store__footfall') }}
    group by location_id, footfall_date

),

recorded as (

    select
        location_id,
        touched_date as footfall_date,
        count(*) as recorded_visits
    from {{ ref('int_touchpoints__identity_resolved') }}
    where
        touchpoint_type = 'store_visit'
        and source_table = 'store.visit'
        and not is_excluded
    group by location_id, touched_date

),

sold as (

    select
        location_id,
        order_date as footfall_date,
        count(*) as orders
    from {{ ref('fct_orders') }}
    where
        sales_channel = 'pos'
        and not is_excluded
    group by location_id, order_date

),

counted_since as (

    select
        location_id,
        min(footfall_date) as first_date
    from footfall
    group by location_id

),

-- Between the first and the last day that a store has in a source, a day without rows is a zero.
-- Before and after, nobody knows.
recorded_between as (

    select
        location_id,
        min(footfall_date) as first_date,
        max(footfall_date) as last_date
    from recorded
    group by location_id

),

sold_between as (

    select
        location_id,
        min(footfall_date) as first_date,
        max(footfall_date) as last_date
    from sold
    group by location_id

),

known_days as (

    select
        location_id,
        footfall_date
    from footfall
    union
    select
        location_id,
        footfall_date
    from recorded
    union
    select
        location_id,
        footfall_date
    from sold

),

store_days as (

    select
        known_days.location_id,
        known_days.footfall_date,
        footfall.entries,
        footfall.exits,
        case
            when recorded_between.location_id is not null
                then coalesce(recorded.recorded_visits, 0)
        end as recorded_visits,
        case
            when sold_between.location_id is not null
                then coalesce(sold.orders, 0)
        end as orders
    from known_days
    inner join counted_since
        on
            known_days.location_id = counted_since.location_id
            and known_days.footfall_date >= counted_since.first_date
    left join footfall
        on
            known_days.location_id = footfall.location_id
            and known_days.footfall_date = footfall.footfall_date
    left join recorded
        on
            known_days.location_id = recorded.location_id
            and known_days.footfall_date = recorded.footfall_date
    left join recorded_between
        on
            known_days.location_id = recorded_between.location_id
            and known_days.footfall_date >= recorded_between.first_date
            and known_days.footfall_date <= recorded_between.last_date
    left join sold
        on
            known_days.location_id = sold.location_id
            and known_days.footfall_date = sold.footfall_date
    left join sold_between
        on
            known_days.location_id = sold_between.location_id
            and known_days.footfall_date >= sold_between.first_date
            and known_days.footfall_date <= sold_between.last_date

),

mart_store_footfall as (

    select
        store_days.location_id,
        store_days.footfall_date,
        locations.location_name,
        locations.city,

        store_days.entries,
        store_days.exits,
        store_days.recorded_visits,
        store_days.orders,
        {{ ratio('store_days.orders', 'store_days.entries') }} as conversion_rate,
        {{ ratio('store_days.recorded_visits', 'store_days.entries') }} as recorded_share
    from store_days
    left join {{ ref('dim_locations') }} as locations
        on store_days.location_id = locations.location_id

)

select * from mart_store_footfall
