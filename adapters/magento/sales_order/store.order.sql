-- One row per order. Times are UTC.
-- The export lacks: lines, phone, payment method, refunds by line, landing page, staff.
select * exclude (_row) from magento_orders
order by _row
