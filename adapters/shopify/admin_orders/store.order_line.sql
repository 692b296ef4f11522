-- One row per line of an order. The export has no line ids, so lines are numbered in their order.
with lines as (
    select
        *,
        max(id) over (partition by name) as order_id,
        row_number() over (partition by name order by _row) as line
    from export
)

select
    coalesce(order_id, name) || '-' || line as id,
    coalesce(order_id, name) as order_id,
    line_sku as product_id,
    line_name as title,
    line_quantity as quantity,
    line_price as price,
    line_discount as total_discount
from lines
where line_quantity is not null
order by _row
