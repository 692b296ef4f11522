-- One row per ticket. Ids begin with zendesk-, because other tools number theirs too.
-- Times are in the account's time zone. A view has the columns that its owner chose: often the
-- requester is a name only, and then the ticket has no contact.
-- The export lacks: the text, the first reply, the order.
select
    'zendesk-' || id as id,
    'zendesk-' || requester_id as contact_id,
    created_at as property_createdate,
    solved_at as property_closed_date,
    type as property_hs_ticket_category,
    case lower(nullif(priority, '-'))
        when 'normal' then 'MEDIUM' when 'normale' then 'MEDIUM'
        when 'bassa' then 'LOW' when 'alta' then 'HIGH' when 'urgente' then 'URGENT'
        else upper(nullif(priority, '-'))
    end as property_hs_ticket_priority,
    subject as property_subject,
    case
        when lower(channel) in ('mail', 'email', 'e-mail') then 'EMAIL'
        when lower(channel) in ('web form', 'web', 'web widget', 'help center', 'modulo web')
            then 'FORM'
        when lower(channel) in ('chat', 'messaging', 'messaggistica', 'whatsapp') then 'CHAT'
        when lower(channel) like 'phone%' or lower(channel) in ('voice', 'voicemail', 'telefono')
            then 'PHONE'
        when regexp_matches(lower(channel), 'twitter|facebook|instagram|^x ') then 'SOCIAL'
        else upper(channel)
    end as property_source_type
from export
order by _row
