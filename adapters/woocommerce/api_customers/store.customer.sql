-- One row per account; guests have none.
-- The export lacks: consent to marketing, loyalty card.
select
    id,
    email,
    nullif(coalesce(phone, billing ->> '$.phone'), '') as phone,
    first_name,
    last_name,
    created_at
from export
order by _row
