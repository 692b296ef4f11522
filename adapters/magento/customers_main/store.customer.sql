-- One row per account; guests have none. The file has no id: the e-mail is the key.
-- The export lacks: customer id, phone, consent to marketing, loyalty card.
select
    lower(email) as id,
    email,
    first_name,
    last_name,
    created_at
from export
order by _row
