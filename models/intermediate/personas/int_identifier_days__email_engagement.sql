{{ config(**by_day(
    [('email', 'event')], days_before=var('email_response_days') + 1, days_after=1
)) }}
{#- A message is rebuilt for as long as an answer to it counts. -#}

with

types as (

    select * from {{ ref('touchpoint_types') }}

),

messages as (

    select * from {{ ref('int_email_messages__answered') }}
    where {{ in_rebuilt_days() }}

),

identifier_days as (

    select
        {{ surrogate_key(
            ['messages.identifier_id', 'messages.event_day', 'messages.delivered_date']
        ) }} as identifier_day_id,

        messages.identifier_id,

        types.default_channel as channel,
        messages.delivered_date,

        count(*) as messages_delivered,
        count(*) filter (where messages.is_opened) as messages_opened,
        count(*) filter (where messages.is_clicked) as messages_clicked,
        count(*) filter (where messages.is_answered) as messages_answered,

        max(messages._loaded_at) as _loaded_at,
        messages.event_day
    from messages
    inner join types
        on types.touchpoint_type = 'email_delivered'
    group by
        messages.identifier_id,
        types.default_channel,
        messages.delivered_date,
        messages.event_day

)

select * from identifier_days
