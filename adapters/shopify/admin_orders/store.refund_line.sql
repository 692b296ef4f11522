-- One row per partly refunded order. The export names neither the day nor the line of a refund:
-- it counts on the day of the order, and for goods only where the order has one line.
with orders as (
    select
        name,
        max(id) as id,
        max(financial_status) as financial_status,
        max(refunded_amount) as refunded_amount,
        max(created_at) as created_at,
        count(line_quantity) as lines,
        min(_row) as first_row
    from export
    group by name
)

select
    coalesce(id, name) || '-refund' as id,
    coalesce(id, name) || '-refund' as refund_id,
    coalesce(id, name) as order_id,
    case when lines = 1 then coalesce(id, name) || '-1' end as order_line_id,
    refunded_amount as subtotal,
    created_at
from orders
where financial_status = 'partially_refunded' and try_cast(refunded_amount as decimal(18, 4)) > 0
order by first_row
