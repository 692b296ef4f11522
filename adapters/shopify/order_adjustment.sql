-- target: store.refund_line
-- Shopify's ORDER_ADJUSTMENT table, one row per adjustment of a refund (shipping, or a difference
-- to its lines), with its refund's head. The amount is negative where more is paid back; its tax
-- counts.
--   refund.created_at -> created_at, refund.note, else the adjustment's reason -> reason
-- An adjustment whose refund is not in the export has no time: landing refuses it.
select
    adjustment.id,
    adjustment.refund_id,
    adjustment.order_id,
    -try_cast(adjustment.amount as decimal(18, 4))
    - coalesce(try_cast(adjustment.tax_amount as decimal(18, 4)), 0) as subtotal,
    refund.created_at,
    coalesce(nullif(refund.note, ''), adjustment.reason) as reason
from vendor_csv('shopify/order_adjustment.csv') as adjustment
left join vendor_csv('shopify/refund.csv') as refund on adjustment.refund_id = refund.id
order by adjustment.id
