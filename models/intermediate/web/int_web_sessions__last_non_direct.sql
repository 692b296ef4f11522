{{ config(**by_day(
    [('ga4', 'event')],
    days_before=2,
    days_after=var('last_non_direct_days') + 3 + var('repeated_purchase_days')
)) }}
{%- set lookback_days = var('last_non_direct_days') %}

with

sessions as (

    select
        session_id,
        coalesce(device_identifier_id, identifier_id) as visitor_id,
        source,
        medium,
        campaign,
        channel,
        source = '(direct)' and medium = '(none)' as is_direct,
        has_own_source,
        started_at,
        _loaded_at,
        event_day
    from {{ ref('int_web_sessions__classified') }}
    where {{ in_rebuilt_days(lookback_days + 1) }}

),

sessions_of_days as (

    select * from sessions
    where {{ in_rebuilt_days() }}

),

direct_sessions as (

    select * from sessions_of_days
    where is_direct

),

visitors_to_look_back as (

    select distinct visitor_id
    from direct_sessions

),

-- Only what a session itself came with counts: a source GA4 remembered for a direct session would
-- otherwise be remembered longer and longer.
sessions_in_order as (

    select
        sessions.session_id,
        sessions.is_direct,
        sessions.started_at,
        sessions.event_day,
        max(
            case
                when sessions.has_own_source and not sessions.is_direct
                    then
                        {{
                            struct_of([
                                ('started_at', 'sessions.started_at'),
                                ('session_id', 'sessions.session_id'),
                                ('source', 'sessions.source'),
                                ('medium', 'sessions.medium'),
                                ('campaign', 'sessions.campaign'),
                                ('channel', 'sessions.channel'),
                            ])
                        }}
            end
        ) over (
            partition by sessions.visitor_id
            order by sessions.started_at, sessions.session_id
            rows between unbounded preceding and 1 preceding
        ) as earlier
    from sessions
    semi join visitors_to_look_back
        on sessions.visitor_id = visitors_to_look_back.visitor_id
    where
        sessions.is_direct
        or sessions.has_own_source

),

sources_before as (

    select
        session_id,
        earlier
    from sessions_in_order
    where
        is_direct
        and {{ to_epoch_microseconds('started_at') }}
        - {{ to_epoch_microseconds('earlier.started_at') }}
        <= {{ lookback_days * 86400000000 }}

),

last_non_direct as (

    select
        sessions_of_days.session_id,

        coalesce(sources_before.earlier.source, sessions_of_days.source) as last_non_direct_source,
        coalesce(sources_before.earlier.medium, sessions_of_days.medium) as last_non_direct_medium,
        case
            when sources_before.session_id is null then sessions_of_days.campaign
            else sources_before.earlier.campaign
        end as last_non_direct_campaign,
        coalesce(sources_before.earlier.channel, sessions_of_days.channel)
            as last_non_direct_channel,

        sessions_of_days._loaded_at,
        sessions_of_days.event_day
    from sessions_of_days
    left join sources_before
        on sessions_of_days.session_id = sources_before.session_id

)

select * from last_non_direct
