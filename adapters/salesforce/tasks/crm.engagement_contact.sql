-- One row per completed task with a contact or lead.
select
    left(id, 15) as engagement_id,
    left(who_id, 15) as contact_id
from export
where
    who_id is not null
    and (lower(is_closed) = 'true' or (is_closed is null and lower(status) = 'completed'))
order by _row
