-- target: crm.engagement
-- HubSpot's ENGAGEMENT table, one row per call or message. It has no time of its own: that, and what
-- was said, stands in a table for each type. A detail row that ENGAGEMENT does not list is kept.
--   engagement.id -> engagement_id
--   property_hs_timestamp -> occurred_at
--   property_hs_email_text -> body, property_hubspot_owner_id -> owner_id
-- The export at hand lacks: direction, duration, outcome and campaign of a contact; meetings, notes,
-- chats and SMS.
with details as (
    select
        engagement_id,
        type,
        property_hs_timestamp as occurred_at,
        null as body,
        null as subject,
        null as owner_id,
    from vendor_csv('hubspot/engagement_call.csv')
    union all
    select
        engagement_id,
        type,
        property_hs_timestamp as occurred_at,
        property_hs_email_text as body,
        property_hs_email_subject as subject,
        property_hubspot_owner_id as owner_id,
    from vendor_csv('hubspot/engagement_email.csv')
)

select
    coalesce(engagement.id, details.engagement_id) as engagement_id,
    coalesce(engagement.type, details.type) as type,
    details.occurred_at,
    details.body,
    details.owner_id,
    details.subject,
    engagement.portal_id,
    engagement.id is not null as is_listed,
from vendor_csv('hubspot/engagement.csv') as engagement
full join details on engagement.id = details.engagement_id
order by engagement_id, details.occurred_at
