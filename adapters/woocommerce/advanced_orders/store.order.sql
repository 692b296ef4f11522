-- One row per order, whose columns the plugin repeats on each of its lines. Times are the site's.
-- Amounts are without tax, and the tax apart. Without the column Order Currency, which the plugin
-- offers but does not choose, the currency is the shop's own. All orders are from the web shop.
-- The state is written in the site's language: English and Italian are known, others pass
-- unchanged.
-- The export lacks: time of cancelling, landing page, store, loyalty card, staff.
select
    id,
    number as name,
    email,
    phone,
    nullif(customer_id, '0') as customer_id,
    created_at,
    coalesce(currency, _shop_currency) as currency,
    try_cast(subtotal as decimal(18, 4)) - coalesce(try_cast(discount as decimal(18, 4)), 0)
        as subtotal_price,
    discount as total_discounts,
    tax as total_tax,
    shipping as total_shipping,
    'false' as taxes_included,
    total as total_price,
    'web' as source_name,
    coupon as discount_codes,
    payment_method,
    case
        when lower(status) in ('refunded', 'rimborsato') then 'refunded'
        when lower(status) in ('cancelled', 'annullato', 'cancellato', 'failed', 'fallito')
            then 'voided'
        when try_cast(refunded as decimal(18, 4)) <> 0 then 'partially_refunded'
        when lower(status) in ('pending payment', 'in attesa di pagamento', 'on hold', 'in sospeso')
            then 'pending'
        when lower(status) in ('processing', 'in lavorazione', 'completed', 'completato')
            then 'paid'
        else status
    end as financial_status
from export
where total is not null
qualify row_number() over (partition by id order by _row) = 1
order by _row
