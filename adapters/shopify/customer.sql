-- target: store.customer
-- Shopify's CUSTOMER table, one row per customer; all names are the contract's.
-- Shopify lacks: loyalty_card (an app's metafield: add it here).
select *
from vendor_csv('shopify/customer.csv')
