-- One row per shipment. Shopify tells the shipment's state, not when it changed.
-- The export lacks: method, ready, delivered, promised.
with fulfillments as (
    select
        _row,
        id as order_id,
        unnest(from_json(fulfillments, '["json"]')) as fulfillment
    from export
)

select
    fulfillment ->> '$.id' as id,
    order_id,
    fulfillment ->> '$.created_at' as created_at,
    fulfillment ->> '$.location_id' as location_id,
    fulfillment ->> '$.status' as status
from fulfillments
order by _row, id
