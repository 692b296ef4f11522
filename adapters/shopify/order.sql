-- target: store.order
-- Shopify's ORDER table, one row per order; most names are the contract's.
--   landing_site_base_url -> landing_site
--   user_id -> staff_id (the employee who took the order)
-- source_name passes as it is: Shopify also writes app numbers and shopify_draft_order there. Such an
-- order counts, with a warning and the purchase mode unknown, since only the shop knows what they
-- stand for: put it here as `case source_name when '580111' then 'web' else source_name end`.
-- The export at hand lacks: phone, total_shipping, total_duties, total_tip, loyalty_card,
-- discount_codes, payment_method.
select * rename (landing_site_base_url as landing_site, user_id as staff_id)
from vendor_csv('shopify/order.csv')
