-- target: store.product
-- Shopify's PRODUCT table, one row per product; all names are the contract's.
-- The export at hand lacks: price and cost (Shopify keeps them on variants and inventory items).
select *
from vendor_csv('shopify/product.csv')
