-- One row per opportunity. The contact is there if the opportunity was made from one; other
-- contacts are in an object of their own (OpportunityContactRole). The order is read from a field
-- of your own.
select
    left(id, 15) as deal_id,
    left(contact_id, 15) as contact_id,
    amount as property_amount,
    created_at as property_createdate,
    close_date as property_closedate,
    stage as property_dealstage,
    order_id as property_order_id
from export
order by _row
