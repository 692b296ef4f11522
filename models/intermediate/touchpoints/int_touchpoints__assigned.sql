{{ config(materialized=shared_view()) }}

with

touchpoints as (

    select * from {{ ref('int_touchpoints__described') }}

),

identifiers as (

    select * from {{ ref('int_identifiers__resolved') }}

),

first_orders as (

    select * from {{ ref('int_persons__first_ordered') }}

),

of_persons as (

    select
        touchpoints.*,
        coalesce(identifiers.person_id, touchpoints.identifier_id) as person_id
    from touchpoints
    left join identifiers
        on touchpoints.identifier_id = identifiers.identifier_id

),

assigned as (

    select
        of_persons.touchpoint_id,

        of_persons.person_id,
        of_persons.identifier_id,
        of_persons.session_id,
        of_persons.campaign_id,
        of_persons.campaign,
        of_persons.product_id,
        of_persons.order_id,
        of_persons.location_id,

        of_persons.source_system,
        of_persons.source_table,
        of_persons.source_key,
        of_persons.touchpoint_type,
        of_persons.channel,
        of_persons.environment,
        of_persons.medium_class,
        of_persons.direction,
        of_persons.ownership,
        -- The site tells of the first order a moment after the shop does: what is about that order
        -- itself does not come after it.
        case
            when
                of_persons.touched_at > first_orders.first_ordered_at
                and coalesce(of_persons.order_id <> first_orders.first_order_id, true)
                then of_persons.stage_after_order
            else of_persons.stage_before_order
        end as stage,
        of_persons.touched_date,

        of_persons.source_priority,
        of_persons.dwell_seconds,
        of_persons.sentiment,

        of_persons.is_path_entry,
        of_persons.is_research,
        of_persons.retells_order,
        of_persons.is_retargeting,
        of_persons.is_bot,
        of_persons.is_machine,
        of_persons.is_internal,
        of_persons.is_test,
        (
            of_persons.is_bot
            or of_persons.is_machine
            or of_persons.is_internal
            or of_persons.is_test
        ) as is_excluded,

        of_persons.touched_at,

        of_persons.event_day
    from of_persons
    left join first_orders
        on of_persons.person_id = first_orders.person_id

)

select * from assigned
