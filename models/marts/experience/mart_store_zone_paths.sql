-- The ways people take through a store, from the entrance to the till and back.
with

counted as (

    select
        month,
        coalesce(location_id, '(unknown)') as store_id,
        zone_path,
        count(*) as visits,
        count(is_purchase) as visits_with_outcome,
        count(*) filter (where is_purchase) as buying_visits,
        cast(median(dwell_seconds) as double) as median_dwell_seconds
    from {{ ref('int_store_visits__routed') }}
    where zone_path is not null
    group by month, coalesce(location_id, '(unknown)'), zone_path

),

mart_store_zone_paths as (

    select
        month,
        store_id as location_id,
        zone_path,

        visits,
        {{ ratio('visits', 'sum(visits) over (partition by month, store_id)') }}
            as share_of_visits,
        buying_visits,
        {{ ratio('buying_visits', 'visits_with_outcome') }} as buying_share,
        median_dwell_seconds,
        cast(row_number() over (
            partition by month, store_id
            order by -visits, zone_path
        ) as bigint) as path_rank
    from counted

)

select * from mart_store_zone_paths
