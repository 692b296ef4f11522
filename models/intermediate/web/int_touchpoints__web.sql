{{ config(**by_day(
    [('ga4', 'event')], days_before=2, days_after=3 + var('repeated_purchase_days')
)) }}

with

sessions as (

    select * from {{ ref('int_web_sessions__classified') }}
    where {{ in_rebuilt_days() }}

),

session_parts as (

    select * from {{ ref('int_web_session_parts__mapped') }}
    where {{ in_rebuilt_days(1) }}

),

interactions as (

    select * from {{ ref('int_web_interactions__selected') }}
    where {{ in_rebuilt_days() }}

),

session_touchpoints as (

    select
        session_id as source_key,
        identifier_id,
        session_id,
        campaign_id,
        campaign,
        cast(null as string) as product_id,
        order_id,
        'session' as touchpoint_type,
        channel,
        engagement_seconds as dwell_seconds,
        started_at as touched_at,
        true as is_path_touchpoint,
        is_bot,
        is_internal,
        _loaded_at,
        event_day
    from sessions

),

-- The identifier of an interaction: the user of the row, else the login that follows in the
-- session, else the device.
interaction_touchpoints as (

    select
        interactions.event_id as source_key,
        coalesce(
            {{ login_identifier_id('interactions.user_id') }},
            {{ login_identifier_id('session_parts.following_user_id') }},
            session_parts.device_identifier_id
        ) as identifier_id,
        session_parts.session_id,
        session_parts.campaign_id,
        session_parts.campaign,
        interactions.product_id,
        interactions.order_id,
        interactions.touchpoint_type,
        session_parts.channel,
        cast(null as bigint) as dwell_seconds,
        interactions.event_at as touched_at,
        false as is_path_touchpoint,
        session_parts.is_bot,
        session_parts.is_internal,
        case
            when session_parts._loaded_at > interactions._loaded_at
                then session_parts._loaded_at
            else interactions._loaded_at
        end as _loaded_at,
        interactions.event_day
    from interactions
    inner join session_parts
        on interactions.session_part_id = session_parts.session_part_id

),

all_touchpoints as (

    select * from session_touchpoints
    union all
    select * from interaction_touchpoints

),

touchpoints as (

    select
        {{ touchpoint_id('ga4.event', ['source_key']) }} as touchpoint_id,
        identifier_id,
        session_id,
        campaign_id,
        campaign,
        product_id,
        order_id,
        cast(null as string) as location_id,

        'ga4' as source_system,
        'ga4.event' as source_table,
        source_key,
        touchpoint_type,
        channel,
        'inbound' as direction,

        cast(null as decimal(5, 4)) as sentiment,
        dwell_seconds,

        touched_at,
        {{ local_date('touched_at') }} as touched_date,

        is_path_touchpoint,
        is_bot,
        false as is_machine,
        is_internal,
        false as is_test,

        _loaded_at,
        event_day
    from all_touchpoints

)

select * from touchpoints
