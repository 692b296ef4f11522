-- One row per order, under its number (the reference may be shared by several). Times are the
-- server's. The currency is the sign in the total: a total without a sign is in the shop's own
-- currency, and one with a sign that several currencies share only where the shop's own has it.
-- The state is written in the back office's language: English and Italian are known, others pass
-- unchanged.
-- The export lacks: e-mail, phone, customer id, lines, goods, shipping, tax and discounts, so an
-- order belongs to nobody, and its revenue is its total.
select
    id,
    reference as name,
    created_at,
    case
        when total_text like '%€%' then 'EUR'
        when total_text like '%£%' then 'GBP'
        when regexp_matches(total_text, '\b[A-Z]{3}\b')
            then regexp_extract(total_text, '\b([A-Z]{3})\b', 1)
        when regexp_full_match(total_text, '[-+\d.,''\s]*') then _shop_currency
        when total_text like '%$%' and _shop_currency like '%D' then _shop_currency
    end as currency,
    total as total_price,
    'web' as source_name,
    payment as payment_method,
    case
        when
            lower(status) in (
                'canceled', 'cancelled', 'annullato', 'payment error', 'errore di pagamento'
            )
            then 'voided'
        when lower(status) in ('refunded', 'rimborsato') then 'refunded'
        when lower(status) in ('partial refund', 'rimborso parziale') then 'partially_refunded'
        when lower(status) in ('partial payment', 'pagamento parziale') then 'partially_paid'
        when
            starts_with(lower(status), 'awaiting')
            or starts_with(lower(status), 'waiting')
            or starts_with(lower(status), 'in attesa di')
            or lower(status) in ('on backorder (not paid)', 'in arretrato (non pagato)')
            then 'pending'
        when
            lower(status) in (
                'payment accepted', 'remote payment accepted', 'processing in progress',
                'shipped', 'delivered', 'on backorder (paid)', 'pagamento accettato',
                'pagamento remoto accettato', 'preparazione in corso', 'spedito', 'consegnato',
                'in arretrato (pagato)'
            )
            then 'paid'
        else status
    end as financial_status
from export
order by _row
