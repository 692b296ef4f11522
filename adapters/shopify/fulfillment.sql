-- target: store.fulfillment
-- Shopify's FULFILLMENT table, one row per shipment; all names are the contract's.
-- The export at hand lacks: method, ready_at, delivered_at, promised_at.
select *
from vendor_csv('shopify/fulfillment.csv')
