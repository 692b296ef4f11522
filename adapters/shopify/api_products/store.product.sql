-- One row per product. Its price is that of its variants where they all have the same one, in the
-- shop's currency, with tax where the shop's prices include it.
-- The export lacks: purchase cost (Shopify keeps it on inventory items).
with products as (
    select
        *,
        list_distinct(
            list_transform(from_json(variants, '["json"]'), lambda x: x ->> '$.price')
        ) as prices
    from export
)

select
    id,
    title,
    type as product_type,
    vendor,
    case when len(prices) = 1 then prices[1] end as price,
    created_at
from products
order by _row
