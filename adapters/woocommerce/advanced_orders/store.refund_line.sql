-- One row per partly refunded order. The export names neither the day nor the lines of a refund,
-- and its amount is with tax: it counts on the day of the order, and lowers what was paid, not
-- the goods.
select
    id || '-refund' as id,
    id || '-refund' as refund_id,
    id as order_id,
    abs(try_cast(refunded as decimal(18, 4))) as subtotal,
    created_at
from export
where
    try_cast(refunded as decimal(18, 4)) <> 0
    and lower(status) not in ('refunded', 'rimborsato')
qualify row_number() over (partition by id order by _row) = 1
order by _row
