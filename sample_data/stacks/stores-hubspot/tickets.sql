-- file: hubspot/tutti-i-ticket.csv
-- One row per ticket.
select
    id as "ID ticket",
    coalesce(property_subject, 'Ticket ' || id) as "Nome del ticket",
    'Pipeline di assistenza' as "Pipeline",
    if(property_closed_date is null, 'Nuovo', 'Chiuso') as "Stato del ticket",
    strftime(property_createdate + interval 1 hour, '%Y-%m-%d %H:%M')
        as "Data di creazione (GMT+1)",
    property_hs_ticket_priority as "Priorità",
    property_source_type as "Fonte",
    property_hs_ticket_category as "Categoria",
    property_content as "Descrizione del ticket",
    strftime(property_closed_date + interval 1 hour, '%Y-%m-%d %H:%M')
        as "Data di chiusura (GMT+1)",
    strftime(property_first_agent_reply_date + interval 1 hour, '%Y-%m-%d %H:%M')
        as "Data della prima risposta dell'agente (GMT+1)",
    contact_id as "ID contatti associati",
    order_id as "ID ordine"
from crm_ticket
qualify row_number() over (partition by id order by property_createdate desc) = 1
order by id
