-- One row per contact. Dates are in the account's time zone, often without a time of day: midnight.
-- Ids begin with brevo-, because other tools number their contacts too. Where the export has no
-- number, the address is the id; staging hashes it.
-- An export without EMAIL_BLACKLISTED does not say who opted out. Its rows have no last change, so
-- that a row that says it counts before them.
-- Not mapped: when somebody opted in, which OPT_IN and DOUBLE_OPT-IN do not say; your attributes.
select
    coalesce('brevo-' || id, lower(email)) as id,
    email as property_email,
    phone as property_phone,
    first_name as property_firstname,
    last_name as property_lastname,
    added_at as property_createdate,
    case
        when lower(blacklisted) in ('yes', 'true', '1', 'sì', 'si', 'unsubscribed') then 'true'
        when lower(blacklisted) in ('no', 'false', '0', 'subscribed') then 'false'
    end as property_hs_email_optout,
    case when blacklisted is not null then modified_at end as property_lastmodifieddate
from export
order by _row
