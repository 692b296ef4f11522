-- One row per event of a campaign's message. ts_event is in UTC.
-- Not mapped: changes of contacts and lists, which come in the same file.
-- Brevo sends no event when it sends; sent_by_id is the message's key, so that its events belong
-- together.
with events as (
    select
        *,
        lower(event) as event_name,
        'brevo-' || campaign_id as campaign
    from export
),

typed as (
    select
        *,
        case
            when event_name = 'delivered' then 'DELIVERED'
            when event_name in ('opened', 'proxy_open') then 'OPEN'
            when event_name = 'click' then 'CLICK'
            when event_name in ('hard_bounce', 'soft_bounce') then 'BOUNCE'
            when event_name in ('unsubscribe', 'unsubscribed') then 'UNSUBSCRIBE'
            when event_name = 'spam' then 'SPAMREPORT'
        end as type
    from events
)

select
    md5(concat_ws('|', 'brevo', campaign_id, lower(email), type, happened_at, url)) as id,
    type,
    happened_at as created,
    campaign as campaign_id,
    email as recipient,
    md5(concat_ws('|', 'brevo', campaign_id, lower(email), 'SENT')) as sent_by_id,
    url,
    case when event_name = 'proxy_open' then 'true' end as filtered_event
from typed
where type is not null and campaign_id is not null
order by _row
