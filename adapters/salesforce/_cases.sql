-- One row per case, by its number, which objects and reports have. Ids begin with salesforce-,
-- because other tools number theirs too.
-- The exports lack: the first reply, the order.
select
    _row,
    'salesforce-' || number as id,
    left(contact_id, 15) as contact_id,
    created_at as property_createdate,
    closed_at as property_closed_date,
    coalesce(reason, type) as property_hs_ticket_category,
    case lower(priority)
        when 'bassa' then 'LOW' when 'media' then 'MEDIUM' when 'alta' then 'HIGH'
        when 'critical' then 'URGENT' when 'critica' then 'URGENT'
        else upper(priority)
    end as property_hs_ticket_priority,
    subject as property_subject,
    content as property_content,
    case lower(origin)
        when 'web' then 'FORM' when 'e-mail' then 'EMAIL' when 'telefono' then 'PHONE'
        when 'facebook' then 'SOCIAL' when 'twitter' then 'SOCIAL' when 'instagram' then 'SOCIAL'
        else upper(origin)
    end as property_source_type
from export
