-- One row per contact; ids as in the export as a file.
-- Not mapped: when somebody opted in, which the answer does not say; lists, your attributes.
select
    'brevo-' || id as id,
    email as property_email,
    phone as property_phone,
    first_name as property_firstname,
    last_name as property_lastname,
    added_at as property_createdate,
    blacklisted as property_hs_email_optout,
    modified_at as property_lastmodifieddate
from export
order by _row
