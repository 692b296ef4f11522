-- Some tools export opens and clicks, and none of the messages they answer.
with

events as (

    select
        *,
        event_type as answer_type,
        coalesce(campaign_id, '(none)') as campaign_key
    from {{ ref('stg_email__events') }}

),

campaigns_sent as (

    select distinct campaign_key
    from events
    where event_type in ('SENT', 'DELIVERED')

),

answers as (

    select events.*
    from events
    anti join campaigns_sent
        on events.campaign_key = campaigns_sent.campaign_key
    where
        events.event_type in ('OPEN', 'CLICK', 'REPLY', 'FORWARD', 'UNSUBSCRIBE', 'SPAMREPORT')
        and events.recipient_hash is not null
        and not events.is_internal
        and not events.is_test

),

unsent as (

    select
        {{ surrogate_key(['campaign_key', 'message_id', 'recipient_hash']) }} as email_message_id,

        {{ identifier_id('email', 'recipient_hash') }} as identifier_id,
        min(campaign_id) as campaign_id,

        min(event_date) as first_answered_date,

        {{ message_answers() }}
    from answers
    group by campaign_key, message_id, recipient_hash

)

select * from unsent
