-- One row per answer to a survey of loyalty (NPS), satisfaction (CSAT) or effort (CES); surveys of
-- your own have other scales and are not mapped.
-- The answer lacks: touchpoint and order that the survey asked about.
select
    id,
    contact_id,
    survey_type,
    value,
    content,
    submitted_at
from export
where survey_type in ('NPS', 'CSAT', 'CES') and value is not null
order by _row
