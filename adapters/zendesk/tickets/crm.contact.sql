-- One row per requester, so that a ticket finds its person by the address. It has no last change,
-- so that the row of a list of users counts before it.
select
    'zendesk-' || requester_id as id,
    max(requester_email) as property_email
from export
where requester_email is not null
group by requester_id
order by id
