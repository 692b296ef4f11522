-- One row per line of an order, without tax, under the SKU, as Magento's file of products. The
-- parts of a bundle or a configured product are left out: its own line holds their price.
with lines as (
    select
        _row,
        number as order_id,
        unnest(from_json(items, '["json"]')) as line
    from export
)

select
    line ->> '$.item_id' as id,
    order_id,
    line ->> '$.sku' as product_id,
    line ->> '$.name' as title,
    line ->> '$.qty_ordered' as quantity,
    line ->> '$.price' as price,
    coalesce(try_cast(line ->> '$.discount_amount' as decimal(18, 4)), 0)
    - coalesce(try_cast(line ->> '$.discount_tax_compensation_amount' as decimal(18, 4)), 0)
        as total_discount,
    case when line ->> '$.product_type' = 'giftcard' then 'true' else 'false' end as gift_card
from lines
where line ->> '$.parent_item_id' is null
order by _row, id
