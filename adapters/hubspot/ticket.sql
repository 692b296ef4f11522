-- target: crm.ticket
-- HubSpot's TICKET table with its contact from TICKET_CONTACT, one row per ticket. Properties carry
-- the contract's own names.
--   ticket_contact.contact_id -> contact_id: the lowest id where a ticket has several contacts; all
--   of them are passed along as contact_ids.
-- The export at hand lacks: property_source_type, order_id.
with ticket_contacts as (
    select
        ticket_id,
        min(contact_id) as contact_id,
        string_agg(contact_id, ';' order by contact_id) as contact_ids,
    from vendor_csv('hubspot/ticket_contact.csv')
    group by ticket_id
)

select
    ticket.*,
    ticket_contacts.contact_id,
    ticket_contacts.contact_ids,
from vendor_csv('hubspot/ticket.csv') as ticket
left join ticket_contacts on ticket.id = ticket_contacts.ticket_id
order by ticket.id, ticket.property_createdate
