-- One row per place. It counts as opened when it was set up in Shopify: the nearest there is.
select
    id,
    name,
    city,
    province_code as province,
    country_code,
    created_at as opened_at
from export
order by _row
