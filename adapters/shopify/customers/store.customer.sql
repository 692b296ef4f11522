-- One row per customer.
-- The export lacks: loyalty card.
with customers as (
    select
        *,
        coalesce(consent_state, consent ->> '$.state') as state
    from export
)

select
    id,
    email,
    phone,
    first_name,
    last_name,
    created_at,
    case
        when state = 'subscribed' then 'true'
        when state is not null then 'false'
        else accepts_marketing
    end as accepts_marketing
from customers
order by _row
