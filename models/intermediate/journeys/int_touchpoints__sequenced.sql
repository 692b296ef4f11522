{{ config(materialized='view') }}

with

touchpoints as (

    select
        *,
        case when touchpoint_type = 'order' or is_order_echo then order_id end as reported_order_id
    from {{ ref('int_touchpoints__identity_resolved') }}
    where identifier_id is not null

),

conversions as (

    select * from {{ ref('int_orders__converted') }}

),

-- Another system may report an order up to an hour after it was placed: such an echo stands at the
-- moment of the order, right before it.
sequenced as (

    select
        touchpoints.touchpoint_id,

        touchpoints.person_id,
        touchpoints.identifier_id,
        touchpoints.session_id,
        touchpoints.order_id,

        touchpoints.touchpoint_type,
        touchpoints.channel,
        touchpoints.environment,
        touchpoints.direction,
        touchpoints.stage,

        touchpoints.touched_date,

        touchpoints.source_priority,

        touchpoints.is_path_touchpoint and not touchpoints.is_excluded as is_path_touchpoint,
        touchpoints.is_research and not touchpoints.is_excluded as is_research,
        touchpoints.touchpoint_type = 'order' and conversions.order_id is not null
            as is_conversion,
        touchpoints.direction = 'inbound' and not touchpoints.is_excluded as is_inbound,
        touchpoints.exclusion_reason,
        touchpoints.is_excluded,

        case
            when
                touchpoints.is_order_echo
                and conversions.ordered_at < touchpoints.touched_at
                and touchpoints.touched_at <= conversions.ordered_at + interval 1 hour
                then conversions.ordered_at
            else touchpoints.touched_at
        end as sequenced_at,
        touchpoints.touched_at,

        touchpoints.event_day
    from touchpoints
    left join conversions
        on
            touchpoints.reported_order_id = conversions.order_id
            and touchpoints.person_id = conversions.person_id

)

select * from sequenced
