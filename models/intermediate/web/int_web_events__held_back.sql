{{ config(**incremental_by('event_day')) }}
{%- set days = days_to_rebuild([('ga4', 'event')]) %}

with

events as (

    select * from {{ ref('stg_ga4__events') }}
    where {{ is_day_in(days) }}

),

first_landings as (

    select
        event_day,
        min(loaded_at) as first_loaded_at
    from {{ ref('stg_landing__file_days') }}
    where
        source_name = 'ga4'
        and table_name = 'event'
    group by event_day

),

late_events as (

    select
        events.event_id,
        events.stream_id,
        events.user_pseudo_id,
        events.user_id,
        events.ga_session_id,

        events.event_name,

        {{ seconds_between('first_landings.first_loaded_at', 'events._first_loaded_at') }}
            as seconds_after_first_landing,

        events.has_analytics_consent,

        events.event_at,
        events._first_loaded_at as first_loaded_at,

        events._loaded_at,
        events._raw_rows,
        events.event_day
    from events
    inner join first_landings
        on events.event_day = first_landings.event_day
    where
        events._first_loaded_at
        > first_landings.first_loaded_at + interval {{ var('late_arrival_days') }} days

)

select * from late_events
