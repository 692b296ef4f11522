-- What people stop at in a store, and whether they take it home.
with

-- Where a source uses a key again on another day, the newest visit holds the stops.
visits as (

    select
        *,
        coalesce(location_id, '(unknown)') as store_id
    from {{ ref('int_store_visits__routed') }}
    qualify row_number() over (partition by visit_id order by entered_at desc) = 1

),

visit_zones as (

    select
        visit_id,
        product_id,
        count(*) as stops,
        sum(dwell_seconds) as dwell_seconds
    from {{ ref('stg_store__visit_zones') }}
    where product_id is not null
    group by visit_id, product_id

),

order_lines as (

    select distinct
        order_id,
        product_id
    from {{ ref('stg_store__order_lines') }}

),

-- Without any order line nobody knows what was bought.
known_lines as (

    select count(*) > 0 as has_lines
    from order_lines

),

counted as (

    select
        visits.month,
        visits.store_id,
        visit_zones.product_id,
        count(*) as visits,
        cast(sum(visit_zones.stops) as bigint) as stops,
        cast(sum(visit_zones.dwell_seconds) as bigint) as dwell_seconds,
        count(visits.is_purchase) as visits_with_outcome,
        count(*) filter (where visits.is_purchase) as buying_visits,
        case
            when bool_or(known_lines.has_lines)
                then count(*) filter (
                    where visits.is_purchase and order_lines.order_id is not null
                )
        end as visits_buying_product
    from visit_zones
    inner join visits
        on visit_zones.visit_id = visits.visit_id
    left join order_lines
        on
            visits.order_id = order_lines.order_id
            and visit_zones.product_id = order_lines.product_id
    cross join known_lines
    group by visits.month, visits.store_id, visit_zones.product_id

),

mart_store_products as (

    select
        counted.month,
        counted.store_id as location_id,
        counted.product_id,
        products.product_name,
        products.product_category,

        counted.visits,
        counted.stops,
        counted.dwell_seconds,
        counted.buying_visits,
        counted.visits_buying_product,
        {{ ratio('counted.visits_buying_product', 'counted.visits_with_outcome') }} as buying_share,
        cast(row_number() over (
            partition by counted.month, counted.store_id
            order by -counted.visits, -coalesce(counted.dwell_seconds, 0), counted.product_id
        ) as bigint) as touch_rank
    from counted
    left join {{ ref('dim_products') }} as products
        on counted.product_id = products.product_id

)

select * from mart_store_products
