-- One row per member of an audience; unique_email_id is the EUID of the file export.
-- Not mapped: statistics (average rates, no times), place, tags, interests. When a member
-- unsubscribed is not said, only that it did.
select
    id,
    email as property_email,
    phone as property_phone,
    first_name as property_firstname,
    last_name as property_lastname,
    coalesce(signed_up_at, opted_in_at, changed_at) as property_createdate,
    source as property_hs_analytics_source,
    case
        when status = 'unsubscribed' then 'true'
        when status = 'subscribed' then 'false'
    end as property_hs_email_optout,
    case when status <> 'pending' then opted_in_at end as property_marketing_consent_at,
    changed_at as property_lastmodifieddate,
    case when status = 'archived' then 'true' end as is_deleted
from export
order by _row
