-- target: store.location
-- Shopify's LOCATION table, one row per place.
--   created_at -> opened_at (when the place was set up in Shopify: the nearest there is)
--   province_code is passed along; province passes as it is
select * rename (created_at as opened_at)
from vendor_csv('shopify/location.csv')
