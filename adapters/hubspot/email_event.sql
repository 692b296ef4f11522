-- target: email.event
-- HubSpot's EMAIL_EVENT table, one row per event, with what opens and clicks add to it.
--   email_campaign_id -> campaign_id
--   email_event_open, email_event_click: user_agent, ip_address; of a click also url
--   email_event_bounce: category, passed along as bounce_category
-- type passes as it is: HubSpot's PROCESSED, DEFERRED, DROPPED and STATUSCHANGE are no types of the
-- contract, so landing quarantines them. recipient is scrambled in the export at hand.
with details as (
    select id, user_agent, ip_address, null as url, null as bounce_category,
    from vendor_csv('hubspot/email_event_open.csv')
    union all
    select id, user_agent, ip_address, url, null as bounce_category,
    from vendor_csv('hubspot/email_event_click.csv')
    union all
    select id, null as user_agent, null as ip_address, null as url, category as bounce_category,
    from vendor_csv('hubspot/email_event_bounce.csv')
)

select
    event.* rename (email_campaign_id as campaign_id),
    details.* exclude (id),
from vendor_csv('hubspot/email_event.csv') as event
left join details on event.id = details.id
order by event.created, event.id
