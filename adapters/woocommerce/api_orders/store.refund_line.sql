-- One row per refund of an order that is not refunded as a whole. An order's answer names neither
-- the day nor the lines of a refund: it counts on the day of the order, and for goods only where
-- the order has one line.
with refunds as (
    select
        _row,
        id as order_id,
        created_at,
        from_json(line_items, '["json"]') as lines,
        unnest(from_json(refunds, '["json"]')) as refund
    from export
    where status <> 'refunded'
)

select
    refund ->> '$.id' as id,
    refund ->> '$.id' as refund_id,
    order_id,
    case when len(lines) = 1 then lines[1] ->> '$.id' end as order_line_id,
    abs(try_cast(refund ->> '$.total' as decimal(18, 4))) as subtotal,
    created_at,
    nullif(refund ->> '$.reason', '') as reason
from refunds
order by _row, id
