{{ config(**by_day([('ga4', 'event')])) }}

with

events as (

    select *
    from {{ ref('stg_ga4__events') }}
    where
        {{ in_rebuilt_days() }}
        and user_pseudo_id is not null
        and not is_bot
        and not is_internal

),

logins as (

    select
        event_day,
        stream_id,
        user_pseudo_id,
        'login' as evidence,
        user_id as other_value,
        min(event_at) as first_at,
        max(event_at) as last_at,
        count(*) as observations,
        max(_loaded_at) as _loaded_at
    from events
    where user_id is not null
    group by event_day, stream_id, user_pseudo_id, user_id

),

purchases as (

    select
        event_day,
        stream_id,
        user_pseudo_id,
        'purchase' as evidence,
        transaction_id as other_value,
        min(event_at) as first_at,
        max(event_at) as last_at,
        count(*) as observations,
        max(_loaded_at) as _loaded_at
    from events
    where event_name = 'purchase' and transaction_id is not null
    group by event_day, stream_id, user_pseudo_id, transaction_id

),

observed as (

    select * from logins
    union all
    select * from purchases

),

identified as (

    select
        *,
        {{ identifier_id('device', device_value('stream_id', 'user_pseudo_id')) }} as device_id,
        case evidence
            when 'login' then {{ login_identifier_id('other_value') }}
            else {{ identifier_id('order', 'other_value') }}
        end as other_identifier_id,
        case evidence
            when 'login' then {{ identifier_type_of_login('other_value') }}
            else 'order'
        end as other_identifier_type
    from observed

),

web_evidence as (

    select
        {{ surrogate_key(['event_day', 'device_id', 'other_identifier_id']) }} as web_evidence_id,

        device_id,
        other_identifier_id,

        other_identifier_type,
        evidence,

        observations,

        first_at,
        last_at,

        _loaded_at,
        event_day
    from identified

)

select * from web_evidence
