-- One row per checkout; the file has one per product, and the checkout's own values on its first.
-- Products have their SKU, as in Shopify's other files of the admin.
-- The export lacks: when a checkout was completed after all, customer id, last step.
with filled as (
    select
        *,
        last_value(id ignore nulls) over (order by _row) as checkout_id
    from export
)

select
    checkout_id as id,
    max(email) as email,
    min(created_at) as created_at,
    max(currency) as currency,
    first(total order by _row) filter (where total is not null) as total_price,
    first(shipping order by _row) filter (where shipping is not null) as shipping_price,
    string_agg(line_sku, ',' order by _row) as line_product_ids
from filled
group by checkout_id
order by id
