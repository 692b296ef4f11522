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
        count(case when messages.is_opened then 1 end) as messages_opened,
        count(case when messages.is_clicked then 1 end) as messages_clicked,
        count(case when messages.is_answered then 1 end) as messages_answered,

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
