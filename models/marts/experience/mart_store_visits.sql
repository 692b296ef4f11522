-- Each store's visits: how long, which way, what was touched, and whether help sells.
with

products as (

    select * from {{ ref('mart_store_products') }}
    where touch_rank = 1

),

zone_paths as (

    select * from {{ ref('mart_store_zone_paths') }}
    where path_rank = 1

),

counted as (

    select
        month,
        coalesce(location_id, '(unknown)') as store_id,
        count(*) as visits,
        count(person_id) as known_visits,
        count(distinct person_id) as persons,
        cast(sum(dwell_seconds) as bigint) as dwell_seconds,
        cast(median(dwell_seconds) as double) as median_dwell_seconds,
        cast(sum(zones_entered) as bigint) as zones_entered,
        count(*) filter (where zones_entered > 0) as visits_with_zones,
        count(*) filter (where has_demo) as visits_with_demo,
        count(*) filter (where is_staff_assisted) as assisted_visits,
        count(*) filter (where not is_staff_assisted) as unassisted_visits,
        count(is_purchase) as visits_with_outcome,
        count(is_purchase) filter (where is_staff_assisted) as assisted_visits_with_outcome,
        count(is_purchase) filter (where not is_staff_assisted) as unassisted_visits_with_outcome,
        count(*) filter (where is_purchase) as buying_visits,
        count(*) filter (where is_purchase and is_staff_assisted) as assisted_buying_visits,
        count(*) filter (where is_purchase and not is_staff_assisted) as unassisted_buying_visits
    from {{ ref('int_store_visits__routed') }}
    group by month, coalesce(location_id, '(unknown)')

),

mart_store_visits as (

    select
        counted.month,
        counted.store_id as location_id,
        locations.location_name,
        locations.city,

        counted.visits,
        counted.known_visits,
        counted.persons,
        counted.dwell_seconds,
        counted.median_dwell_seconds,
        {{ ratio('counted.zones_entered', 'counted.visits_with_zones', 2) }} as zones_per_visit,
        zone_paths.zone_path as most_frequent_zone_path,
        zone_paths.share_of_visits as most_frequent_zone_path_share,
        products.product_id as most_touched_product_id,
        products.product_name as most_touched_product_name,

        counted.visits_with_demo,
        counted.assisted_visits,
        {{ ratio(
            'counted.assisted_visits',
            '(counted.assisted_visits + counted.unassisted_visits)'
        ) }} as assisted_share,
        counted.buying_visits,
        counted.assisted_buying_visits,
        counted.unassisted_buying_visits,
        {{ ratio('counted.buying_visits', 'counted.visits_with_outcome') }} as buying_share,
        {{ ratio('counted.assisted_buying_visits', 'counted.assisted_visits_with_outcome') }}
            as assisted_buying_share,
        {{ ratio('counted.unassisted_buying_visits', 'counted.unassisted_visits_with_outcome') }}
            as unassisted_buying_share,
        {{ ratio(
            'counted.assisted_buying_visits * counted.unassisted_visits_with_outcome'
            ~ ' - counted.unassisted_buying_visits * counted.assisted_visits_with_outcome',
            'counted.assisted_visits_with_outcome * counted.unassisted_visits_with_outcome'
        ) }} as assistance_effect,
        {{ newcombe_low(
            'counted.assisted_buying_visits', 'counted.assisted_visits_with_outcome',
            'counted.unassisted_buying_visits', 'counted.unassisted_visits_with_outcome'
        ) }} as assistance_effect_low,
        {{ newcombe_high(
            'counted.assisted_buying_visits', 'counted.assisted_visits_with_outcome',
            'counted.unassisted_buying_visits', 'counted.unassisted_visits_with_outcome'
        ) }} as assistance_effect_high
    from counted
    left join {{ ref('dim_locations') }} as locations
        on counted.store_id = locations.location_id
    left join zone_paths
        on
            counted.month = zone_paths.month
            and counted.store_id = zone_paths.location_id
    left join products
        on
            counted.month = products.month
            and counted.store_id = products.location_id

)

select * from mart_store_visits
