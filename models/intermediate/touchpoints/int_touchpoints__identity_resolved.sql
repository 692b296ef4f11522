{{ config(materialized=view_or_table()) }}

with

touchpoints as (

    select * from {{ ref('int_touchpoints__enriched') }}

),

identifiers as (

    select * from {{ ref('int_identifiers__resolved') }}

),

first_orders as (

    select * from {{ ref('int_persons__first_ordered') }}

),

touchpoints_of_persons as (

    select
        touchpoints.*,
        coalesce(identifiers.person_id, touchpoints.identifier_id) as person_id
    from touchpoints
    left join identifiers
        on touchpoints.identifier_id = identifiers.identifier_id

),

identity_resolved as (

    select
        touchpoints.touchpoint_id,

        touchpoints.person_id,
        touchpoints.identifier_id,
        touchpoints.session_id,
        touchpoints.campaign_id,
        touchpoints.campaign,
        touchpoints.product_id,
        touchpoints.order_id,
        touchpoints.location_id,

        touchpoints.source_system,
        touchpoints.source_table,
        touchpoints.source_key,
        touchpoints.touchpoint_type,
        touchpoints.channel,
        touchpoints.environment,
        touchpoints.medium_class,
        touchpoints.direction,
        touchpoints.ownership,
        -- The site reports the first order a moment after the shop does: touchpoints of that order
        -- do not come after it.
        case
            when
                touchpoints.touched_at > first_orders.first_ordered_at
                and coalesce(touchpoints.order_id <> first_orders.first_order_id, true)
                then touchpoints.stage_after_order
            else touchpoints.stage_before_order
        end as stage,
        touchpoints.touched_date,

        touchpoints.source_priority,
        touchpoints.dwell_seconds,
        touchpoints.sentiment,

        touchpoints.is_path_touchpoint,
        touchpoints.is_research,
        touchpoints.is_order_echo,
        touchpoints.is_retargeting,
        touchpoints.is_bot,
        touchpoints.is_machine,
        touchpoints.is_internal,
        touchpoints.is_test,
        touchpoints.exclusion_reason,
        touchpoints.is_excluded,

        touchpoints.touched_at,

        touchpoints.event_day
    from touchpoints_of_persons as touchpoints
    left join first_orders
        on touchpoints.person_id = first_orders.person_id

)

select * from identity_resolved
