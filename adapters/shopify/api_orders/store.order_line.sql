-- One row per line of an order, with its share of the order's discounts.
with lines as (
    select
        _row,
        id as order_id,
        unnest(from_json(line_items, '["json"]')) as line
    from export
),

discounted as (
    select
        *,
        from_json(line -> '$.discount_allocations', '["json"]') as discounts
    from lines
)

select
    line ->> '$.id' as id,
    order_id,
    line ->> '$.product_id' as product_id,
    line ->> '$.title' as title,
    line ->> '$.quantity' as quantity,
    line ->> '$.price' as price,
    coalesce(
        list_sum(
            list_transform(discounts, lambda x: try_cast(x ->> '$.amount' as decimal(18, 4)))
        )::varchar,
        line ->> '$.total_discount'
    ) as total_discount,
    line ->> '$.gift_card' as gift_card
from discounted
order by _row, id
