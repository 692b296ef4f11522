-- target: store.abandoned_checkout
-- Shopify's ABANDONED_CHECKOUT table, one row per checkout; most names are the contract's.
--   shipping_rate_price -> shipping_price
-- The export at hand lacks: last_step, line_product_ids (Shopify keeps the lines in a table apart).
select * rename (shipping_rate_price as shipping_price)
from vendor_csv('shopify/abandoned_checkout.csv')
