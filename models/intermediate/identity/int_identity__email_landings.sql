{{ config(**by_day([('ga4', 'event')])) }}

with

events as (

    select *
    from {{ ref('stg_ga4__events') }}
    where
        {{ in_rebuilt_days() }}
        and (
            lower(event_source) in ('email', 'e-mail', 'e_mail', 'e mail')
            or lower(event_medium) in ('email', 'e-mail', 'e_mail', 'e mail')
        )
        and not is_bot
        and not is_internal

),

-- A visitor without consent has no device, so each instant counts as a visitor of its own.
visitors as (

    select
        *,
        coalesce(user_pseudo_id, cast({{ to_epoch_microseconds('event_at') }} as string))
            as visitor
    from events

),

landings as (

    select
        event_day,
        stream_id,
        user_pseudo_id,
        ga_session_id,
        visitor,
        coalesce(
            'campaign|' || event_campaign,
            'address|' || lower(page_hostname || page_path)
        ) as landing_key,
        min(event_at) as landed_at,
        max(_loaded_at) as _loaded_at
    from visitors
    group by
        event_day,
        stream_id,
        user_pseudo_id,
        ga_session_id,
        visitor,
        coalesce(
            'campaign|' || event_campaign,
            'address|' || lower(page_hostname || page_path)
        )

),

email_landings as (

    select
        {{
            surrogate_key(
                [
                    'event_day', 'stream_id', 'user_pseudo_id', 'ga_session_id', 'visitor',
                    'landing_key'
                ]
            )
        }} as email_landing_id,

        {{ identifier_id('device', device_value('stream_id', 'user_pseudo_id')) }} as device_id,

        landing_key,

        landed_at,

        _loaded_at,
        event_day
    from landings

)

select * from email_landings
