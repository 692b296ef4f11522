-- One row per receipt on which something was sold: its total is that of the sold lines, and
-- returned lines are refunds (store.refund_line.sql). Where the file has no document id, store,
-- register, day and number make one. Times are in the shop's zone, prices with tax, as a receipt
-- shows them; without a column of the currency, it is the shop's own. The tax is that of the
-- rates, if the file has them.
-- The export lacks: customer, e-mail, discount codes.
with lines as (
    select
        *,
        coalesce(document_id, concat_ws('-', store, register, day, receipt)) as order_id,
        try_cast(total as decimal(18, 4)) as amount,
        abs(try_cast(discount as decimal(18, 4))) as discount_amount,
        try_cast(vat_rate as decimal(9, 4)) as rate
    from export
    where not coalesce(try_cast(quantity as decimal(18, 4)) < 0, false)
)

select
    order_id as id,
    max(receipt) as name,
    min(created_at) as created_at,
    coalesce(max(currency), max(_shop_currency)) as currency,
    sum(amount) as subtotal_price,
    sum(discount_amount) as total_discounts,
    round(sum(amount * rate / (100 + rate)), 2)::decimal(18, 2) as total_tax,
    'true' as taxes_included,
    sum(amount) as total_price,
    'pos' as source_name,
    max(store) as location_id,
    max(card) as loyalty_card,
    max(staff) as staff_id,
    max(payment) as payment_method
from lines
group by order_id
order by created_at, id
