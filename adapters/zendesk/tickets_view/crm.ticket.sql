-- One row per ticket. Times are in the account's time zone. A view has the columns that its owner
-- chose: often the requester is a name only, and then the ticket has no contact.
-- The export lacks: the text, the first reply, the order.
select
    id,
    contact_id,
    created_at as property_createdate,
    solved_at as property_closed_date,
    type as property_hs_ticket_category,
    property_hs_ticket_priority,
    subject as property_subject,
    property_source_type
from zendesk_tickets
order by _row
