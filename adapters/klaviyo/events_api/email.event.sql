-- One row per event of an e-mail. Events of other metrics (orders, visits) and e-mails that were
-- never sent (Dropped Email) are not mapped.
--   $message -> campaign_id: the campaign's id, or that of the message in a flow
--   Received Email -> SENT
--   $_cohort$message_send_cohort links opens and clicks to their sending: the same message of a
--   flow may go to a person again, in another cohort
--   machine_open, Bot Click -> filtered_event
-- Unsubscribing without a message (on a page of preferences) has the campaign klaviyo-no-message.
-- The export lacks: user agent, address.
with addressed as (
    select
        *,
        coalesce(profile_email, recipient) as email
    from export
),

events as (
    select
        *,
        case
            when metric = 'Received Email' then 'SENT'
            when metric = 'Opened Email' then 'OPEN'
            when metric = 'Clicked Email' then 'CLICK'
            when metric = 'Bounced Email' then 'BOUNCE'
            when metric like 'Unsubscribed%' then 'UNSUBSCRIBE'
            when metric = 'Marked Email as Spam' then 'SPAMREPORT'
        end as type,
        case
            when cohort is not null
                then md5(concat_ws('|', 'klaviyo', message_id, lower(email), cohort))
        end as sending_id
    from addressed
)

select
    case when type = 'SENT' then coalesce(sending_id, id) else id end as id,
    type,
    happened_at as created,
    coalesce(message_id, 'klaviyo-no-message') as campaign_id,
    email as recipient,
    case when type <> 'SENT' then sending_id end as sent_by_id,
    url,
    case when 'true' in (lower(machine_open), lower(bot_click)) then 'true' end as filtered_event
from events
where type is not null
order by _row
