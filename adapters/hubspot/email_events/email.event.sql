-- One row per event of a type the contract has. A change of status that unsubscribes a recipient is
-- an unsubscribe.
-- Not mapped: PROCESSED, DROPPED, DEFERRED, SUPPRESSED and other steps inside HubSpot.
-- A connector keeps user agent, address and link in tables of their own, which only the older
-- runner joins (`viaggio adapt`).
with events as (
    select
        *,
        case
            when upper(type) = 'STATUSCHANGE' and upper(status) = 'UNSUBSCRIBED' then 'UNSUBSCRIBE'
            else upper(type)
        end as event_type
    from export
)

select
    id,
    event_type as type,
    created_at as created,
    campaign_id,
    recipient,
    case when event_type <> 'SENT' then sent_by_id end as sent_by_id,
    url,
    user_agent,
    ip as ip_address,
    filtered as filtered_event
from events
where
    event_type in (
        'SENT',
        'DELIVERED',
        'OPEN',
        'CLICK',
        'BOUNCE',
        'UNSUBSCRIBE',
        'SPAMREPORT',
        'REPLY',
        'FORWARD'
    )
order by _row
