-- One row per partly refunded order. The export names neither the day nor the lines of a refund: it
-- counts on the day of the order, and lowers what was paid, not the goods.
select
    _row,
    number || '-refund' as id,
    number || '-refund' as refund_id,
    number as order_id,
    refunded as subtotal,
    created_at
from export
where try_cast(refunded as decimal(18, 4)) > 0 and lower(status) <> 'closed'
