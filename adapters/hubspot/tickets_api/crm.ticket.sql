-- One row per ticket. Of several associated contacts the lowest id counts; they are only in the
-- answer if it was asked for them (associations=contacts).
select
    id,
    list_sort(regexp_extract_all(contact_ids, '"id": "(\d+)"', 1))[1] as contact_id,
    created_at as property_createdate,
    closed_at as property_closed_date,
    first_reply_at as property_first_agent_reply_date,
    category as property_hs_ticket_category,
    priority as property_hs_ticket_priority,
    subject as property_subject,
    content as property_content,
    source as property_source_type,
    order_id
from export
order by _row
