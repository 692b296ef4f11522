-- One row per checkout. Fivetran keeps its products in a table of their own.
-- The export lacks: last step.
with checkouts as (
    select
        *,
        from_json(shipping_lines, '["json"]') as shipping_list,
        from_json(line_items, '["json"]') as line_list
    from export
)

select
    id,
    email,
    coalesce(customer_id, customer ->> '$.id') as customer_id,
    created_at,
    completed_at,
    currency,
    total as total_price,
    coalesce(
        shipping_price,
        list_sum(
            list_transform(
                shipping_list, lambda x: try_cast(x ->> '$.price' as decimal(18, 4))
            )
        )::varchar
    ) as shipping_price,
    nullif(
        array_to_string(list_transform(line_list, lambda x: x ->> '$.product_id'), ','), ''
    ) as line_product_ids
from checkouts
order by _row
