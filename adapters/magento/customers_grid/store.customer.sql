-- One row per account; guests have none. Times are in the shop's zone. The grid has first and
-- last name apart only for the billing address.
-- The export lacks: consent to marketing, loyalty card.
select
    id,
    email,
    phone,
    first_name,
    last_name,
    created_at
from export
order by _row
