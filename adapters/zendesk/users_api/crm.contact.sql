-- One row per customer (role end-user); agents are staff. Ids begin with zendesk-, because other
-- tools number theirs too.
-- The answer lacks: first and last name apart, opt-out and consent, which Zendesk does not manage.
select
    'zendesk-' || id as id,
    email as property_email,
    phone as property_phone,
    created_at as property_createdate,
    updated_at as property_lastmodifieddate,
    case when active = 'false' then 'true' end as is_deleted
from export
where role = 'end-user'
order by _row
