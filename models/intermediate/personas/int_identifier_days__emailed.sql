{%- set response_days = var('email_response_days') -%}
{{ config(**incremental_by('event_day')) }}
{#- A message is judged anew for as long as an answer to it counts. -#}
{%- set days = days_to_rebuild(
    [('email', 'event')], days_before=response_days + 1, days_after=1
) %}

with

types as (

    select * from {{ ref('touchpoint_types') }}

),

deliveries as (

    select *
    from {{ ref('stg_email__events') }}
    where
        {{ is_day_in(days) }}
        and event_type = 'DELIVERED'
        and not is_machine
        and recipient_hash is not null
        and not is_internal
        and not is_test

),

answers as (

    select *
    from {{ ref('stg_email__events') }}
    where
        {{ is_day_in(days, response_days) }}
        and event_type in ('OPEN', 'CLICK', 'REPLY')
        and not is_machine

),

-- Each message with what followed it; joined by keys alone, for speed.
messages_with_answers as (

    select
        deliveries.message_id,
        deliveries.recipient_hash,
        deliveries.event_date as delivered_date,
        deliveries.event_day,
        answers.event_type as answer_type,
        coalesce(
            answers.event_at >= deliveries.event_at
            and {{ seconds_between('deliveries.event_at', 'answers.event_at') }}
            <= {{ response_days }} * 86400,
            false
        ) as is_in_time,
        case
            when answers._loaded_at > deliveries._loaded_at then answers._loaded_at
            else deliveries._loaded_at
        end as _loaded_at
    from deliveries
    left join answers
        on
            deliveries.message_id = answers.message_id
            and deliveries.recipient_hash = answers.recipient_hash

),

-- Whoever clicked or replied has seen it, whatever the images say.
messages as (

    select
        message_id,
        recipient_hash,
        event_day,
        min(delivered_date) as delivered_date,
        max(case when is_in_time then 1 else 0 end) as is_opened,
        max(case when is_in_time and answer_type = 'CLICK' then 1 else 0 end) as is_clicked,
        max(case when is_in_time and answer_type in ('CLICK', 'REPLY') then 1 else 0 end)
            as is_answered,
        max(_loaded_at) as _loaded_at
    from messages_with_answers
    group by message_id, recipient_hash, event_day

),

identifier_days as (

    select
        {{ surrogate_key(['messages.recipient_hash', 'event_day', 'delivered_date']) }}
            as identifier_day_id,

        {{ identifier_id('email', 'messages.recipient_hash') }} as identifier_id,

        types.default_channel as channel,
        messages.delivered_date,

        count(*) as messages_delivered,
        cast(sum(messages.is_opened) as bigint) as messages_opened,
        cast(sum(messages.is_clicked) as bigint) as messages_clicked,
        cast(sum(messages.is_answered) as bigint) as messages_answered,

        max(messages._loaded_at) as _loaded_at,
        messages.event_day
    from messages
    inner join types
        on types.touchpoint_type = 'email_delivered'
    group by
        messages.recipient_hash,
        types.default_channel,
        messages.delivered_date,
        messages.event_day

)

select * from identifier_days
