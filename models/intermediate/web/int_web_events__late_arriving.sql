{{ config(**by_day([('ga4', 'event')], days_after=var('repeated_purchase_days'))) }}
{%- set repeat_days = var('repeated_purchase_days') %}
{%- set is_late -%}
    events._first_loaded_at
    > first_landings.first_loaded_at + interval {{ var('late_arrival_days') }} days
{%- endset %}

with

events as (

    select * from {{ ref('stg_ga4__events') }}
    where {{ in_rebuilt_days() }}

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

purchases as (

    select
        event_id,
        transaction_id,
        _first_loaded_at,
        event_day
    from {{ ref('stg_ga4__events') }}
    where
        {{ in_rebuilt_days(repeat_days) }}
        and event_name = 'purchase'
        and transaction_id is not null

),

-- A late purchase counts nowhere, so it does not make the next one a repeat.
purchases_in_time as (

    select
        events.event_id,
        events.transaction_id,
        events.event_day
    from purchases as events
    inner join first_landings
        on events.event_day = first_landings.event_day
    where not ({{ is_late }})

),

-- A thank-you page that is loaded again sends its purchase again.
repeated_purchases as (

    select event_id
    from purchases_in_time
    qualify
        event_day <= lag(event_day) over (
            partition by transaction_id
            order by event_id
        ) + interval {{ repeat_days }} days

),

judged_events as (

    select
        events.*,
        first_landings.first_loaded_at as day_first_loaded_at,
        case
            when {{ is_late }} then 'late'
            when repeated_purchases.event_id is not null then 'repeated_purchase'
        end as reason
    from events
    inner join first_landings
        on events.event_day = first_landings.event_day
    left join repeated_purchases
        on events.event_id = repeated_purchases.event_id

),

held_back_events as (

    select
        event_id,
        stream_id,
        user_pseudo_id,
        user_id,
        ga_session_id,

        event_name,
        reason,

        {{ seconds_between('day_first_loaded_at', '_first_loaded_at') }}
            as seconds_after_first_landing,

        has_analytics_consent,

        event_at,
        _first_loaded_at as first_loaded_at,

        _loaded_at,
        _raw_rows,
        event_day
    from judged_events
    where reason is not null

)

select * from held_back_events
