-- target: store.order_line
-- One row per line of an invoice that is neither a cancellation nor carriage (that is the order's
-- total_shipping). Fees the shop writes on invoices (BANK CHARGES, AMAZONFEE), manual entries (M) and
-- adjustments (B) stay lines: the file does not say what they are.
--   StockCode -> product_id, Description -> title, Quantity -> quantity, UnitPrice -> price
-- Identical lines of one invoice stay apart: the file cannot tell a double entry from two scans.
-- The file lacks: discounts of a line.
select
    line_id as id,
    InvoiceNo as order_id,
    StockCode as product_id,
    Description as title,
    Quantity as quantity,
    UnitPrice as price,
from online_retail_lines
where not is_return and not is_carriage
order by InvoiceNo, line_id
