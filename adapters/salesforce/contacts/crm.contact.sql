-- One row per contact. Ids have 15 characters in reports and 18 here, of which the last three add
-- nothing: the first 15 count in every export of Salesforce.
-- Not mapped: when a contact agreed to marketing, which has no standard field.
select
    left(id, 15) as id,
    email as property_email,
    coalesce(phone, mobile) as property_phone,
    first_name as property_firstname,
    last_name as property_lastname,
    created_at as property_createdate,
    source as property_hs_analytics_source,
    lower(opted_out) as property_hs_email_optout,
    modified_at as property_lastmodifieddate,
    lower(is_deleted) as is_deleted
from export
order by _row
