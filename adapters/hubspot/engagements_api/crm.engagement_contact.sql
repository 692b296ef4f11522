-- One row per contact of an engagement.
select
    id as engagement_id,
    unnest(regexp_extract_all(contact_ids, '\d+')) as contact_id
from export
where type not like '%TASK'
order by engagement_id, contact_id
