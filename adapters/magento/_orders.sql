-- One row per order, under its number, as GA4 names it. Amounts are in the order's currency,
-- without tax, and the tax apart: goods are the subtotal less the discount (which Magento writes
-- with a minus), and shipping is less its own discount. The compensation gives back the tax of a
-- discount on prices with tax. An order was cancelled when it last changed: there is no other time.
with amounts as (
    select
        *,
        coalesce(try_cast(discount as decimal(18, 4)), 0) as discount_amount,
        coalesce(try_cast(compensation as decimal(18, 4)), 0) as compensation_amount,
        coalesce(try_cast(shipping_discount as decimal(18, 4)), 0) as shipping_discount_amount
    from export
)

select
    _row,
    number as id,
    number as name,
    email,
    customer_id,
    created_at,
    updated_at,
    case when lower(status) = 'canceled' then updated_at end as cancelled_at,
    currency,
    try_cast(subtotal as decimal(18, 4))
    + discount_amount
    + shipping_discount_amount
    + compensation_amount as subtotal_price,
    -discount_amount as total_discounts,
    tax as total_tax,
    try_cast(shipping as decimal(18, 4)) - shipping_discount_amount as total_shipping,
    'false' as taxes_included,
    total as total_price,
    'web' as source_name,
    coupon as discount_codes,
    case
        when lower(status) = 'canceled' then 'voided'
        when lower(status) = 'closed' then 'refunded'
        when try_cast(refunded as decimal(18, 4)) > 0 then 'partially_refunded'
        when lower(status) in ('pending', 'pending_payment', 'payment_review', 'holded')
            then 'pending'
        when lower(status) in ('processing', 'complete') then 'paid'
        else status
    end as financial_status
from amounts
