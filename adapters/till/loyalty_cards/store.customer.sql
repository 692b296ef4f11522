-- One row per card, under its number.
-- The export lacks: the shop's own customer id.
select
    card as id,
    email,
    phone,
    first_name,
    last_name,
    created_at,
    case
        when lower(consent) in ('sì', 'si', 's', 'yes', 'y', '1', 'true', 'vero') then 'true'
        when lower(consent) in ('no', 'n', '0', 'false', 'falso') then 'false'
        else consent
    end as accepts_marketing,
    card as loyalty_card
from export
order by _row
