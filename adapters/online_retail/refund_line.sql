-- target: store.refund_line
-- One row per line of a cancellation (invoice number beginning with C).
--   InvoiceNo -> refund_id; Quantity, its sign turned -> quantity; quantity x UnitPrice -> subtotal
--   order_id, order_line_id: the file does not say which sale is cancelled. It is taken to be the
--   latest earlier line of the same customer, stock code and price with at least as many pieces.
--   Where there is none, order_line_id is null and order_id is the cancellation's own number: no
--   order of that number exists, so such a refund lowers no order's revenue and can be counted.
-- Fees (AMAZONFEE, BANK CHARGES, CRUK), discounts (D), carriage and manual entries that the shop
-- writes on cancellations come along; the first ones never find a sale.
-- The file lacks: the reason, and where the goods came back to.
with refunded_sales as (
    select
        cancelled.line_id,
        arg_max(sale.InvoiceNo, (sale.sold_at, sale.line_id)) as order_id,
        arg_max(sale.line_id, (sale.sold_at, sale.line_id)) as order_line_id,
        any_value(sale.is_carriage) as is_carriage,
    from online_retail_lines as cancelled
    inner join online_retail_lines as sale
        on
            cancelled.CustomerID = sale.CustomerID
            and cancelled.StockCode = sale.StockCode
            and cancelled.UnitPrice = sale.UnitPrice
            and -cancelled.quantity_number <= sale.quantity_number
            and cancelled.sold_at >= sale.sold_at
    where cancelled.is_return and not sale.is_return
    group by cancelled.line_id
)

select
    lines.line_id as id,
    lines.InvoiceNo as refund_id,
    coalesce(refunded_sales.order_id, lines.InvoiceNo) as order_id,
    -- Carriage is no line of an order, so a refund of it names the order only.
    if(refunded_sales.is_carriage, null, refunded_sales.order_line_id) as order_line_id,
    coalesce((-lines.quantity_number)::varchar, lines.Quantity) as quantity,
    -lines.amount as subtotal,
    lines.sold_at as created_at,
    lines.StockCode as product_id,
    lines.Description as title,
    lines.CustomerID as customer_id,
from online_retail_lines as lines
left join refunded_sales on lines.line_id = refunded_sales.line_id
where lines.is_return
order by lines.InvoiceNo, lines.line_id
