-- One row per line of which something was refunded, without tax. An order's answer does not name
-- the day of a refund: it counts on the day of the order.
with lines as (
    select
        _row,
        number as order_id,
        created_at,
        unnest(from_json(items, '["json"]')) as line
    from export
    where lower(status) <> 'closed'
)

select
    (line ->> '$.item_id') || '-refund' as id,
    order_id || '-refund' as refund_id,
    order_id,
    line ->> '$.item_id' as order_line_id,
    line ->> '$.qty_refunded' as quantity,
    coalesce(try_cast(line ->> '$.amount_refunded' as decimal(18, 4)), 0)
    - coalesce(try_cast(line ->> '$.discount_refunded' as decimal(18, 4)), 0) as subtotal,
    created_at
from lines
where
    line ->> '$.parent_item_id' is null
    and try_cast(line ->> '$.amount_refunded' as decimal(18, 4)) > 0
order by _row, id
