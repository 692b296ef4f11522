-- One row per deal. Of several associated contacts the lowest id counts; they are only in the
-- answer if it was asked for them (associations=contacts).
select
    id as deal_id,
    list_sort(regexp_extract_all(contact_ids, '"id": "(\d+)"', 1))[1] as contact_id,
    amount as property_amount,
    created_at as property_createdate,
    closed_at as property_closedate,
    stage as property_dealstage,
    order_id as property_order_id
from export
order by _row
