-- One row per customer. Older files have no Customer ID: there, the e-mail or phone is the key.
-- The export lacks: when the account was created, loyalty card.
with customers as (
    select
        *,
        -- Shopify puts an apostrophe before what a spreadsheet would take for a number.
        ltrim(id, '''') as customer_id,
        ltrim(coalesce(phone, address_phone), '''') as any_phone
    from export
)

select
    coalesce(customer_id, lower(email), any_phone) as id,
    email,
    any_phone as phone,
    first_name,
    last_name,
    case lower(accepts_marketing)
        when 'yes' then 'true'
        when 'no' then 'false'
        else accepts_marketing
    end as accepts_marketing
from customers
order by _row
