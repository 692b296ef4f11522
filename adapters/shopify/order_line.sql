-- target: store.order_line
-- Shopify's ORDER_LINE table, one row per line; all names are the contract's. Nothing is lacking.
select *
from vendor_csv('shopify/order_line.csv')
