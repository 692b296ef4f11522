-- target: store.refund_line
-- Shopify's ORDER_LINE_REFUND table, one row per refunded line, with its refund's head.
--   refund.order_id -> order_id, refund.created_at -> created_at, refund.note -> reason
-- A line whose refund is not in the export has no order and no time: landing refuses it.
select
    line.*,
    refund.order_id,
    refund.created_at,
    refund.note as reason,
from vendor_csv('shopify/order_line_refund.csv') as line
left join vendor_csv('shopify/refund.csv') as refund on line.refund_id = refund.id
order by line.id
