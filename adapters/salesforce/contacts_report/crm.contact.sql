-- One row per contact. Dates are those of the user's language and time zone, and without a time of
-- day midnight. A report ends with lines about itself, which have no contact's id.
-- A report without opt-out says nothing about it; its rows have no last change, so that rows of an
-- export that says it count before them.
select
    left(id, 15) as id,
    email as property_email,
    coalesce(phone, mobile) as property_phone,
    first_name as property_firstname,
    last_name as property_lastname,
    created_at as property_createdate,
    source as property_hs_analytics_source,
    case
        when lower(opted_out) in ('1', 'true', 'vero', 'yes', 'sì') then 'true'
        when lower(opted_out) in ('0', 'false', 'falso', 'no') then 'false'
    end as property_hs_email_optout,
    case when opted_out is not null then modified_at end as property_lastmodifieddate
from export
where regexp_full_match(id, '003[0-9A-Za-z]{12}([0-9A-Za-z]{3})?')
order by _row
