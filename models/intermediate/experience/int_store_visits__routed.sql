-- What became of each visit to a store: its way through the zones, help, and whether it bought.
with

-- Where a source uses a key again on another day, the newest visit holds the zones.
visits as (

    select
        *,
        case
            when row_number() over (partition by visit_id order by entered_at desc) = 1
                then visit_id
        end as routed_visit_id
    from {{ ref('stg_store__visits') }}
    where not is_internal

),

visit_zones as (

    select * from {{ ref('stg_store__visit_zones') }}

),

orders as (

    select order_id
    from {{ ref('int_orders__converted') }}

),

touchpoints as (

    select
        source_key as visit_id,
        touched_at as entered_at,
        person_id
    from {{ ref('int_touchpoints__identity_resolved') }}
    where touchpoint_type = 'store_visit' and source_table = 'store.visit'

),

zone_lists as (

    select
        visit_id,
        count(*) as zones_entered,
        count(distinct zone) as zones,
        {{ sorted_list(
            struct_of([
                ('entered_at', 'entered_at'),
                ('visit_zone_id', 'visit_zone_id'),
                ('zone', 'zone'),
            ]),
            'zone is not null'
        ) }} as entries
    from visit_zones
    group by visit_id

),

routes as (

    select
        visit_id,
        zones_entered,
        zones,
        {{ join_list(
            list_without_repeats(list_transform('entries', 'element.zone')), ' > '
        ) }} as zone_path
    from zone_lists

),

receipts as (

    select count(*) > 0 as are_known
    from visits
    inner join orders
        on visits.order_id = orders.order_id

),

routed as (

    select
        visits.visit_id,

        touchpoints.person_id,
        visits.location_id,
        visits.order_id,

        visits.visit_source,
        visits.visit_date,
        {{ month_of('visits.visit_date') }} as month,
        nullif(routes.zone_path, '') as zone_path,

        visits.dwell_seconds,
        coalesce(routes.zones_entered, 0) as zones_entered,
        coalesce(routes.zones, 0) as zones,

        visits.has_demo,
        visits.is_staff_assisted,
        case when receipts.are_known then orders.order_id is not null end as is_purchase,

        visits.entered_at
    from visits
    cross join receipts
    left join touchpoints
        on
            visits.visit_id = touchpoints.visit_id
            and visits.entered_at = touchpoints.entered_at
    left join routes
        on visits.routed_visit_id = routes.visit_id
    left join orders
        on visits.order_id = orders.order_id

)

select * from routed
