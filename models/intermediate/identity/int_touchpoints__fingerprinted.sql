{{ config(materialized='view') }}

with

touchpoints as (

    select
        *,
        lpad(cast(source_priority as string), 4, '0') as priority_key
    from {{ ref('int_touchpoints__enriched') }}
    where identifier_id is not null

),

fingerprinted as (

    select
        touchpoint_id,

        identifier_id,

        source_system,
        case
            when is_path_touchpoint then {{ moment_key('touched_at', ['channel']) }}
        end as sequence_key,
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

        is_by_day,
        case when is_excluded then 1 else 0 end as excluded_touchpoints,
        {{
            additive_fingerprint([
                'touchpoint_id', 'touchpoint_type', 'channel', 'direction', 'order_id',
                to_epoch_microseconds('touched_at'), 'stage_before_order', 'stage_after_order',
                'is_path_touchpoint', 'is_bot', 'is_machine', 'is_internal', 'is_test',
            ])
        }} as additive_fingerprint,

        touched_at,
        case
            when touchpoint_type in ('email_unsubscribe', 'email_spam_report') then touched_at
        end as refused_at,

        _loaded_at,
        event_day
    from touchpoints

)

select * from fingerprinted
