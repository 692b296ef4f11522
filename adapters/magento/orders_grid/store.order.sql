-- One row per order, under its number, as GA4 names it. Times are in the shop's zone. The grid
-- names no currency: its base totals are in the shop's own. Its subtotal is without tax and
-- before discounts, and it has neither of them, so that the goods are what the total leaves
-- besides shipping: with tax.
-- The export lacks: tax, discounts, lines, customer id, phone, time of cancelling.
select
    number as id,
    number as name,
    email,
    created_at,
    _shop_currency as currency,
    shipping as total_shipping,
    total as total_price,
    'web' as source_name,
    payment_method,
    case
        when lower(status) in ('canceled', 'cancelled') then 'voided'
        when lower(status) = 'closed' then 'refunded'
        when try_cast(refunded as decimal(18, 4)) > 0 then 'partially_refunded'
        when
            lower(status) in (
                'pending', 'pending payment', 'pending_payment', 'payment review',
                'payment_review', 'on hold', 'holded'
            )
            then 'pending'
        when lower(status) in ('processing', 'complete') then 'paid'
        else status
    end as financial_status
from export
order by _row
