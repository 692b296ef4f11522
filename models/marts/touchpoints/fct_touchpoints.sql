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

identifiers as (

    select * from {{ ref('int_identifiers__resolved') }}

),

first_orders as (

    select * from {{ ref('int_persons__first_ordered') }}

),

types as (

    select * from {{ ref('touchpoint_types') }}

),

channels as (

    select * from {{ ref('channels') }}

),

stages as (

    select * from {{ ref('int_stages__ruled') }}

),

of_persons as (

    select
        touchpoints.*,
        coalesce(identifiers.person_id, touchpoints.identifier_id) as person_id
    from touchpoints
    left join identifiers
        on touchpoints.identifier_id = identifiers.identifier_id

),

of_types as (

    select
        of_persons.*,
        types.source_priority,
        case
            when types.follows_channel then coalesce(channels.environment, types.environment)
            else types.environment
        end as environment,
        case
            when types.follows_channel then coalesce(channels.medium_class, types.medium_class)
            else types.medium_class
        end as medium_class,
        case
            when types.follows_channel then coalesce(channels.ownership, types.ownership)
            else types.ownership
        end as ownership
    from of_persons
    left join types
        on of_persons.touchpoint_type = types.touchpoint_type
    left join channels
        on of_persons.channel = channels.channel

),

fct_touchpoints as (

    select
        of_types.touchpoint_id,

        of_types.person_id,
        of_types.identifier_id,
        of_types.session_id,
        of_types.campaign_id,
        of_types.product_id,
        of_types.order_id,
        of_types.location_id,

        of_types.source_system,
        of_types.source_table,
        of_types.source_key,
        of_types.touchpoint_type,
        of_types.channel,
        of_types.environment,
        of_types.medium_class,
        of_types.direction,
        of_types.ownership,
        -- The site tells of the first order a moment after the shop does: what is about that order
        -- itself does not come after it.
        case
            when
                of_types.touched_at > first_orders.first_ordered_at
                and coalesce(of_types.order_id <> first_orders.first_order_id, true)
                then stages.stage_after_order
            else stages.stage_before_order
        end as stage,
        of_types.touched_date,

        of_types.source_priority,
        of_types.dwell_seconds,
        of_types.sentiment,

        of_types.is_path_entry,
        of_types.is_retargeting,
        of_types.is_bot,
        of_types.is_machine,
        of_types.is_internal,
        of_types.is_test,

        of_types.touched_at
    from of_types
    left join first_orders
        on of_types.person_id = first_orders.person_id
    left join stages
        on
            of_types.touchpoint_type = stages.touchpoint_type
            and of_types.channel = stages.channel
            and of_types.is_retargeting = stages.is_retargeting
            and of_types.direction = stages.direction
            and of_types.is_with_order = stages.is_with_order
            and of_types.sentiment_band = stages.sentiment_band

)

select * from fct_touchpoints
