-- One row per account; guests have one, too. Times are the server's.
-- The export lacks: phone, loyalty card.
select
    id,
    email,
    first_name,
    last_name,
    created_at,
    case
        when lower(newsletter) in ('1', 'yes', 'sì', 'si', 'true') then 'true'
        when lower(newsletter) in ('0', 'no', 'false') then 'false'
        else newsletter
    end as accepts_marketing
from export
order by _row
