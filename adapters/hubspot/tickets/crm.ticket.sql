-- One row per ticket. HubSpot names the zone of its times in the headings.
-- Of several associated contacts the lowest id counts; all of them are passed along.
-- Not mapped: pipeline, status, owner. The order is read from a property of your own, if there is
-- one.
select
    id,
    list_sort(regexp_extract_all(contact_ids, '\d+'))[1] as contact_id,
    created_at as property_createdate,
    closed_at as property_closed_date,
    first_reply_at as property_first_agent_reply_date,
    category as property_hs_ticket_category,
    case lower(priority)
        when 'bassa' then 'LOW' when 'media' then 'MEDIUM' when 'alta' then 'HIGH'
        when 'urgente' then 'URGENT'
        else upper(priority)
    end as property_hs_ticket_priority,
    subject as property_subject,
    content as property_content,
    case lower(source)
        when 'e-mail' then 'EMAIL' when 'modulo' then 'FORM' when 'telefono' then 'PHONE'
        else upper(source)
    end as property_source_type,
    order_id,
    contact_ids
from export
order by _row
