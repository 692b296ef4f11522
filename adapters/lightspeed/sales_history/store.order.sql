-- One row per sale of anything: its row Sale in the export, with the sums of its sold lines;
-- returned lines are refunds (store.refund_line.sql). Times are in the outlet's zone, taken for
-- the shop's own. Amounts are without tax, and the tax apart; no currency is named, so it is the
-- shop's own. The register stands for the store.
-- The export lacks: e-mail, phone, store, tips.
with payments as (
    select
        receipt,
        string_agg(distinct details, ', ' order by details) as methods
    from export
    where line_type = 'Payment'
    group by receipt
),

sold as (
    select
        receipt,
        sum(try_cast(subtotal as decimal(18, 4))) as subtotal,
        sum(try_cast(discount as decimal(18, 4))) as discount,
        sum(try_cast(tax as decimal(18, 4))) as tax,
        sum(try_cast(total as decimal(18, 4))) as total
    from export
    where line_type = 'Sale Line' and try_cast(quantity as decimal(18, 4)) > 0
    group by receipt
)

select
    export.receipt as id,
    export.receipt as name,
    export.customer_id,
    export.created_at,
    case when upper(export.status) like 'VOID%' then export.created_at end as cancelled_at,
    export._shop_currency as currency,
    sold.subtotal as subtotal_price,
    sold.discount as total_discounts,
    sold.tax as total_tax,
    'false' as taxes_included,
    sold.total as total_price,
    'pos' as source_name,
    export.register as location_id,
    export.user as staff_id,
    payments.methods as payment_method,
    case
        when upper(export.status) in ('CLOSED', 'LAYBY_CLOSED', 'ONACCOUNT_CLOSED') then 'paid'
        when upper(export.status) in ('SAVED', 'LAYBY', 'ONACCOUNT') then 'pending'
        when upper(export.status) like 'VOID%' then 'voided'
        else export.status
    end as financial_status
from export
inner join sold on export.receipt = sold.receipt
left join payments on export.receipt = payments.receipt
where export.line_type = 'Sale'
order by export._row
