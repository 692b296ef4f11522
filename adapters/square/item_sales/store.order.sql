-- One row per transaction, the sum of its sold items. Each row names the zone of its time.
-- Square's sales are without tax, and the tax apart. The currency is the sign of the amounts; a
-- dollar sign counts only where the shop's own currency is a dollar.
-- The export lacks: tips, payment method, discount codes, e-mail and phone.
with sold as (
    select
        export.*,
        case
            when gross_text like '%€%' then 'EUR'
            when gross_text like '%£%' then 'GBP'
            when gross_text like '%¥%' then 'JPY'
            when gross_text like '%$%' and _shop_currency like '%D' then _shop_currency
        end as currency
    from export
    where event = 'Payment'
)

select
    transaction_id as id,
    max(customer_id) as customer_id,
    min(created_at) as created_at,
    max(currency) as currency,
    sum(try_cast(net as decimal(18, 4))) as subtotal_price,
    -sum(try_cast(discounts as decimal(18, 4))) as total_discounts,
    sum(try_cast(tax as decimal(18, 4))) as total_tax,
    'false' as taxes_included,
    sum(try_cast(net as decimal(18, 4)) + try_cast(tax as decimal(18, 4))) as total_price,
    case when max(channel) ilike '%online%' then 'web' else 'pos' end as source_name,
    max(location) as location_id,
    max(employee) as staff_id
from sold
group by transaction_id
order by created_at, id
