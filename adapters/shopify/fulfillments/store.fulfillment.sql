-- One row per shipment. Shopify tells the shipment's state, not when it changed.
-- The export lacks: method, ready, delivered, promised.
select
    id,
    order_id,
    created_at,
    location_id,
    status
from export
order by _row
