-- One row per line of an order, its price and discount with tax. A variation is sold under its
-- SKU's product: product_id is the SKU, as in WooCommerce's file of products, else the id.
with lines as (
    select
        _row,
        id as order_id,
        unnest(from_json(line_items, '["json"]')) as line
    from export
    where status not in ('checkout-draft', 'auto-draft', 'trash')
),

amounts as (
    select
        *,
        try_cast(line ->> '$.quantity' as decimal(18, 4)) as quantity,
        try_cast(line ->> '$.subtotal' as decimal(18, 4))
        + coalesce(try_cast(line ->> '$.subtotal_tax' as decimal(18, 4)), 0) as full_amount,
        try_cast(line ->> '$.total' as decimal(18, 4))
        + coalesce(try_cast(line ->> '$.total_tax' as decimal(18, 4)), 0) as amount
    from lines
)

select
    line ->> '$.id' as id,
    order_id,
    coalesce(
        nullif(line ->> '$.sku', ''),
        nullif(line ->> '$.variation_id', '0'),
        line ->> '$.product_id'
    ) as product_id,
    line ->> '$.name' as title,
    line ->> '$.quantity' as quantity,
    (full_amount / nullif(quantity, 0))::decimal(18, 4) as price,
    full_amount - amount as total_discount
from amounts
order by _row, id
