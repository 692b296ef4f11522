{{ config(materialized='view') }}

with

touchpoints as (

    select
        *,
        order_id is not null as is_with_order,
        {{ is_retargeting('campaign') }} as is_retargeting,
        {{ sentiment_band('sentiment') }} as sentiment_band
    from {{ ref('int_touchpoints__unioned') }}
    where identifier_id is not null

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

described as (

    select
        touchpoints.*,
        lpad(cast(types.source_priority as string), 4, '0') as priority_key,
        stages.stage_before_order,
        stages.stage_after_order,
        case
            when types.follows_channel then coalesce(channels.environment, types.environment)
            else types.environment
        end as environment
    from touchpoints
    left join types
        on touchpoints.touchpoint_type = types.touchpoint_type
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

),

contacts as (

    select
        touchpoint_id,

        identifier_id,

        source_system,
        source_table,
        case
            when is_path_entry then {{ moment_key('touched_at', ['channel']) }}
        end as entry_key,
        case
            when environment = 'offline' and direction = 'inbound'
                then {{ moment_key('touched_at', ['touchpoint_type']) }}
        end as offline_key,
        case
            when not is_machine
                then {{
                    moment_key(
                        'touched_at',
                        [
                            'priority_key', 'touchpoint_id', 'stage_before_order',
                            'stage_after_order',
                        ]
                    )
                }}
        end as stage_key,

        {{ seconds_between("timestamp '1970-01-01'", 'touched_at') }} as touched_seconds,
        case when is_bot or is_internal or is_test then 1 else 0 end as excluded_touchpoints,

        touched_at,
        case
            when touchpoint_type in ('email_unsubscribe', 'email_spam_report') then touched_at
        end as refused_at,

        _loaded_at,
        event_day
    from described

)

select * from contacts
