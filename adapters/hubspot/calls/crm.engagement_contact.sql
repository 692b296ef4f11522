-- One row per contact of a call.
select
    id as engagement_id,
    unnest(regexp_extract_all(contact_ids, '\d+')) as contact_id
from export
order by engagement_id, contact_id
