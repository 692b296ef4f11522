{{ config(materialized='view') }}

with

touchpoints as (

    select
        *,
        order_id is not null as is_with_order,
        {{ is_retargeting('campaign') }} as is_retargeting,
        {{ sentiment_band('sentiment') }} as sentiment_band
    from {{ ref('int_touchpoints__unioned') }}

),

types as (

    select * from {{ ref('touchpoint_types') }}

),

roles as (

    select * from {{ ref('touchpoint_roles') }}

),

channels as (

    select * from {{ ref('channels') }}

),

stages as (

    select * from {{ ref('int_stage_rules__expanded') }}

),

described as (

    select
        touchpoints.touchpoint_id,

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
        case
            when types.follows_channel then coalesce(channels.environment, types.environment)
            else types.environment
        end as environment,
        case
            when types.follows_channel then coalesce(channels.medium_class, types.medium_class)
            else types.medium_class
        end as medium_class,
        touchpoints.direction,
        case
            when types.follows_channel then coalesce(channels.ownership, types.ownership)
            else types.ownership
        end as ownership,
        stages.stage_before_order,
        stages.stage_after_order,
        touchpoints.touched_date,

        types.source_priority,
        touchpoints.dwell_seconds,
        touchpoints.sentiment,

        touchpoints.is_path_touchpoint,
        coalesce(roles.role in ('research', 'trial'), false) as is_research,
        types.is_order_echo,
        touchpoints.is_retargeting,
        touchpoints.is_bot,
        touchpoints.is_machine,
        touchpoints.is_internal,
        touchpoints.is_test,
        touchpoints.exclusion_reason,
        touchpoints.is_excluded,
        touchpoints.is_by_day,

        touchpoints.touched_at,

        touchpoints._loaded_at,
        touchpoints.event_day
    from touchpoints
    left join types
        on touchpoints.touchpoint_type = types.touchpoint_type
    left join roles
        on touchpoints.touchpoint_type = roles.touchpoint_type
    left join channels
        on touchpoints.channel = channels.channel
    left join stages
        on
            touchpoints.touchpoint_type = stages.touchpoint_type
            and touchpoints.channel = stages.channel
            and touchpoints.is_retargeting = stages.is_retargeting
            and touchpoints.direction = stages.direction
            and touchpoints.is_with_order = stages.is_with_order
            and touchpoints.sentiment_band = stages.sentiment_band

)

select * from described
