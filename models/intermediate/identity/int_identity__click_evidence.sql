{{ config(**by_day([('email', 'event'), ('ga4', 'event')], days_before=1, days_after=1)) }}
{#- A click and the visit it opens may lie on two days: GA4 counts the property's days. -#}
{%- set window_microseconds = var('email_click_window_seconds') * 1000000 %}

with

email_events as (

    select *
    from {{ ref('stg_email__events') }}
    where {{ in_rebuilt_days(context_days=1) }}

),

email_landings as (

    select *
    from {{ ref('int_identity__email_landings') }}
    where {{ in_rebuilt_days(context_days=2) }}

),

tagged_clicks as (

    select
        *,
        nullif({{ decode_url("regexp_extract(link_url, 'utm_campaign=([^&#]*)', 1)") }}, '')
            as campaign,
        lower(regexp_extract(link_url, '^[a-zA-Z]+://([^?#]*)', 1)) as address
    from email_events
    where event_type = 'CLICK' and link_url is not null

),

-- Clicks and landings of one link on one line of time.
moments as (

    select
        email_event_id,
        coalesce('campaign|' || campaign, 'address|' || address) as landing_key,
        event_at as happened_at,
        {{ identifier_id('email', 'recipient_hash') }} as email_id,
        cast(null as string) as device_id,
        cast(null as string) as visitor,
        is_machine,
        is_internal or is_test as is_excluded,
        _loaded_at,
        event_day
    from tagged_clicks
    union all
    select
        cast(null as string) as email_event_id,
        landing_key,
        landed_at as happened_at,
        cast(null as string) as email_id,
        device_id,
        coalesce(device_id, email_landing_id) as visitor,
        cast(null as boolean) as is_machine,
        cast(null as boolean) as is_excluded,
        _loaded_at,
        event_day
    from email_landings

),

-- Recipients who clicked in the seconds before, visitors who landed in the seconds after.
neighbours as (

    select
        *,
        min(email_id) over just_before as least_email_id,
        max(email_id) over just_before as greatest_email_id,
        min(visitor) over just_after as least_visitor,
        max(visitor) over just_after as greatest_visitor,
        max(_loaded_at) over just_after as newest_loaded_at
    from (
        select
            *,
            {{ to_epoch_microseconds('happened_at') }} as happened_microseconds
        from moments
    ) as timed
    window
        just_before as (
            partition by landing_key
            order by happened_microseconds
            range between {{ window_microseconds }} preceding and current row
        ),
        just_after as (
            partition by landing_key
            order by happened_microseconds
            range between current row and {{ window_microseconds }} following
        )

),

clicks as (

    select *
    from neighbours
    where email_event_id is not null and least_visitor is not null

),

-- Landings that follow the clicks of one recipient only.
certain_landings as (

    select
        landing_key,
        least_email_id as email_id,
        device_id,
        happened_microseconds
    from neighbours
    where
        email_event_id is null
        and device_id is not null
        and least_email_id = greatest_email_id

),

certain_clicks as (

    select
        clicks.email_event_id,
        certain_landings.device_id
    from clicks
    inner join certain_landings
        on
            clicks.landing_key = certain_landings.landing_key
            and clicks.email_id = certain_landings.email_id
            and clicks.least_visitor = certain_landings.device_id
    where
        clicks.least_visitor = clicks.greatest_visitor
        and certain_landings.happened_microseconds - clicks.happened_microseconds
        between 0 and {{ window_microseconds }}
    group by clicks.email_event_id, certain_landings.device_id

),

click_evidence as (

    select
        clicks.email_event_id,

        clicks.email_id,
        certain_clicks.device_id,

        certain_clicks.device_id is not null as is_unique,
        certain_clicks.device_id is not null
        and not clicks.is_machine
        and not clicks.is_excluded as is_evidence,

        clicks.happened_at as clicked_at,

        clicks.newest_loaded_at as _loaded_at,
        clicks.event_day
    from clicks
    left join certain_clicks
        on clicks.email_event_id = certain_clicks.email_event_id
    where {{ in_rebuilt_days() }}

)

select * from click_evidence
