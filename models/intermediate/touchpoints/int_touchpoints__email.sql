{{ config(**by_day([('email', 'event')], days_before=1, days_after=1)) }}

with

types as (

    select * from {{ ref('touchpoint_types') }}

),

email_events as (

    select *
    from {{ ref('stg_email__events') }}
    where {{ in_rebuilt_days() }}

),

typed as (

    select
        *,
        {{ email_touchpoint_type('event_type') }} as touchpoint_type
    from email_events

),

touchpoints as (

    select
        {{
            touchpoint_id('email.event', ['typed.email_event_id', 'typed.event_day'])
        }} as touchpoint_id,

        {{ identifier_id('email', 'typed.recipient_hash') }} as identifier_id,
        cast(null as string) as session_id,
        typed.campaign_id,
        cast(null as string) as campaign,
        cast(null as string) as product_id,
        cast(null as string) as order_id,
        cast(null as string) as location_id,

        types.source_system,
        'email.event' as source_table,
        typed.email_event_id as source_key,
        typed.touchpoint_type,
        types.default_channel as channel,
        types.default_direction as direction,

        cast(null as decimal(5, 4)) as sentiment,
        cast(null as bigint) as dwell_seconds,

        typed.event_at as touched_at,
        typed.event_date as touched_date,

        types.is_path_touchpoint,
        false as is_bot,
        typed.is_machine,
        typed.is_internal,
        typed.is_test,

        typed._loaded_at,
        typed.event_day
    from typed
    inner join types
        on typed.touchpoint_type = types.touchpoint_type

)

select * from touchpoints
