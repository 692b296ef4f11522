-- One row per order. Times are the site's. Amounts are without tax, and the tax apart. The goods
-- are what the lines say. The plugins do not say how an order was made: all are from the web
-- shop.
-- The export lacks: time of cancelling, landing page, store, loyalty card, staff.
select
    id,
    number as name,
    email,
    phone,
    nullif(customer_id, '0') as customer_id,
    created_at,
    currency,
    discount as total_discounts,
    tax as total_tax,
    shipping as total_shipping,
    'false' as taxes_included,
    total as total_price,
    'web' as source_name,
    nullif(array_to_string(regexp_extract_all(coupons, 'code:([^|;]*)', 1), ','), '')
        as discount_codes,
    case payment_method when 'cod' then 'cash_on_delivery' else payment_method end
        as payment_method,
    case
        when status = 'refunded' then 'refunded'
        when status in ('cancelled', 'failed') then 'voided'
        when try_cast(refunded as decimal(18, 4)) <> 0 then 'partially_refunded'
        when status in ('pending', 'on-hold') then 'pending'
        when status in ('processing', 'completed') then 'paid'
        else status
    end as financial_status
from export
where status not in ('checkout-draft', 'auto-draft', 'trash')
order by _row
