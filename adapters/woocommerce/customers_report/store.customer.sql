-- One row per customer, guests included. The report has no id: the e-mail is the key.
-- The export lacks: customer id, phone, first and last name apart, consent to marketing, loyalty
-- card.
select
    lower(email) as id,
    email,
    created_at
from export
where email is not null
order by _row
