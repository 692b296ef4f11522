-- One row per contact.
select
    id,
    email as property_email,
    coalesce(phone, mobile) as property_phone,
    first_name as property_firstname,
    last_name as property_lastname,
    created_at as property_createdate,
    modified_at as property_lastmodifieddate,
    lower(lifecycle_stage) as property_lifecyclestage,
    lead_status as property_hs_lead_status,
    source as property_hs_analytics_source,
    case
        when lower(opted_out) in ('true', 'yes', 'sì', 'si', 'vero') then 'true'
        when lower(opted_out) in ('false', 'no', 'falso') then 'false'
    end as property_hs_email_optout,
    merged_ids as property_hs_merged_object_ids
from export
order by _row
