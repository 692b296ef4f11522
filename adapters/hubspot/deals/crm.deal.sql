-- One row per deal. HubSpot names the zone of its times in the headings.
-- Of several associated contacts the lowest id counts; all of them are passed along.
-- The order is read from a property of your own, if there is one. Not mapped: pipeline, owner,
-- name.
select
    id as deal_id,
    list_sort(regexp_extract_all(contact_ids, '\d+'))[1] as contact_id,
    amount as property_amount,
    created_at as property_createdate,
    closed_at as property_closedate,
    stage as property_dealstage,
    order_id as property_order_id,
    contact_ids
from export
order by _row
