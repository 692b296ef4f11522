{{ config(**by_day(
    [('email', 'event')], days_before=var('email_response_days') + 1, days_after=1
)) }}
{#- A message is rebuilt for as long as an answer to it counts. -#}
{%- set response_days = var('email_response_days') %}
{%- set clock_seconds = var('email_clock_seconds') %}

with

events as (

    select *
    from {{ ref('stg_email__events') }}
    where {{ in_rebuilt_days(response_days) }}

),

deliveries as (

    select *
    from events
    where event_type = 'DELIVERED' and not is_machine

),

-- Some tools export no deliveries: then a sending counts as delivered unless it bounced.
sendings as (

    select sent.*
    from events as sent
    anti join deliveries
        on
            sent.message_id = deliveries.message_id
            and sent.recipient_hash = deliveries.recipient_hash
            and deliveries.event_at between
            sent.event_at - interval {{ clock_seconds }} second
            and sent.event_at + interval {{ response_days }} day
    where sent.event_type = 'SENT' and not sent.is_machine

),

arrivals as (

    select * from deliveries
    union all
    select * from sendings

),

deliveries_of_people as (

    select *
    from arrivals
    where
        {{ in_rebuilt_days() }}
        and recipient_hash is not null
        and not is_internal
        and not is_test

),

answers as (

    select *
    from events
    where
        event_type in (
            'OPEN', 'CLICK', 'REPLY', 'FORWARD', 'UNSUBSCRIBE', 'SPAMREPORT', 'BOUNCE'
        )

),

-- Each message with what followed it; joined by keys alone, for speed. Clocks differ, so that an
-- answer may seem to come first.
deliveries_with_answers as (

    select
        deliveries.message_id,
        deliveries.recipient_hash,
        deliveries.campaign_id,
        deliveries.event_at as delivered_at,
        deliveries.event_date as delivered_date,
        deliveries.event_day,
        deliveries.event_type = 'SENT' as is_delivery_assumed,
        greatest(answers.event_at, deliveries.event_at) as answered_at,
        case
            when
                {{ seconds_between('deliveries.event_at', 'answers.event_at') }}
                between -{{ clock_seconds }} and {{ response_days }} * 86400
                then answers.event_type
        end as answer_type,
        coalesce(answers.is_machine, false) as is_machine,
        case
            when answers._loaded_at > deliveries._loaded_at and not answers.is_machine
                then answers._loaded_at
            else deliveries._loaded_at
        end as _loaded_at
    from deliveries_of_people as deliveries
    left join answers
        on
            deliveries.message_id = answers.message_id
            and deliveries.recipient_hash = answers.recipient_hash

),

-- Any answer shows that the message arrived.
messages as (

    select
        {{ surrogate_key(['message_id', 'recipient_hash', 'event_day']) }} as email_message_id,

        {{ identifier_id('email', 'recipient_hash') }} as identifier_id,
        min(campaign_id) as campaign_id,

        min(delivered_date) as delivered_date,

        max(is_delivery_assumed) as is_delivery_assumed,
        {{ message_answers() }},

        min(delivered_at) as delivered_at,
        min(
            case when answer_type in ('CLICK', 'REPLY') and not is_machine then answered_at end
        ) as first_answered_at,

        max(_loaded_at) as _loaded_at,
        event_day
    from deliveries_with_answers
    group by message_id, recipient_hash, event_day
    having
        not max(is_delivery_assumed)
        or coalesce(max(answer_type <> 'BOUNCE'), false)
        or not coalesce(max(answer_type = 'BOUNCE'), false)

)

select * from messages
