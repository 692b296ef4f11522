-- One row per contact, with the properties that the answer was asked for. Your own properties
-- how_did_you_hear, loyalty_card, ga_client_id and marketing_consent_at are read if they exist.
select
    id,
    email as property_email,
    coalesce(phone, mobile) as property_phone,
    first_name as property_firstname,
    last_name as property_lastname,
    created_at as property_createdate,
    modified_at as property_lastmodifieddate,
    lifecycle_stage as property_lifecyclestage,
    lead_status as property_hs_lead_status,
    source as property_hs_analytics_source,
    how_did_you_hear as property_how_did_you_hear,
    loyalty_card as property_loyalty_card,
    ga_client_id as property_ga_client_id,
    opted_out as property_hs_email_optout,
    consent_at as property_marketing_consent_at,
    merged_ids as property_hs_merged_object_ids,
    archived as is_deleted
from export
order by _row
