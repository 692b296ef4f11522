-- One row per product.
-- The export lacks: price and cost (on variants and inventory items).
select
    id,
    title,
    type as product_type,
    vendor,
    created_at
from export
order by _row
