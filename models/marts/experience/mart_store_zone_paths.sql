-- The ways people take through a store, from the entrance to the till and back.
with

visits as (

    select
        *,
        coalesce(location_id, '(unknown)') as store_id
    from {{ ref('int_store_visits__routed') }}
    where zone_path is not null

),

counted as (

    select
        month,
        store_id,
        zone_path,
        count(*) as visits,
        count(*) filter (where is_purchase) as buying_visits,
        cast(median(dwell_seconds) as double) as median_dwell_seconds
    from visits
    group by month, store_id, zone_path

),

totals as (

    select
        month,
        store_id,
        sum(visits) as visits
    from counted
    group by month, store_id

),

mart_store_zone_paths as (

    select
        counted.month,
        counted.store_id as location_id,
        counted.zone_path,

        counted.visits,
        {{ ratio('counted.visits', 'totals.visits') }} as share_of_visits,
        counted.buying_visits,
        {{ ratio('counted.buying_visits', 'counted.visits') }} as buying_share,
        counted.median_dwell_seconds,
        cast(row_number() over (
            partition by counted.month, counted.store_id
            order by -counted.visits, counted.zone_path
        ) as bigint) as path_rank
    from counted
    inner join totals
        on
            counted.month = totals.month
            and counted.store_id = totals.store_id

)

select * from mart_store_zone_paths
