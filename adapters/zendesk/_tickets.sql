-- One row per ticket. Ids begin with zendesk-, because other tools number theirs too. Exports in a
-- language translate priorities and channels; the API writes underscores.
with worded as (
    select
        *,
        lower(replace(channel, '_', ' ')) as way,
        nullif(priority, '-') as urgency
    from export
)

select
    * exclude (id, requester_id, way, urgency),
    'zendesk-' || id as id,
    'zendesk-' || requester_id as contact_id,
    case lower(urgency)
        when 'normal' then 'MEDIUM' when 'normale' then 'MEDIUM'
        when 'bassa' then 'LOW' when 'alta' then 'HIGH' when 'urgente' then 'URGENT'
        else upper(urgency)
    end as property_hs_ticket_priority,
    case
        when way in ('mail', 'email', 'e-mail') then 'EMAIL'
        when way in ('web form', 'web', 'web widget', 'help center', 'modulo web', 'request')
            then 'FORM'
        when way in ('chat', 'messaging', 'messaggistica', 'native messaging', 'whatsapp')
            then 'CHAT'
        when way like 'phone%' or way in ('voice', 'voicemail', 'telefono') then 'PHONE'
        when regexp_matches(way, 'twitter|facebook|instagram|^x ') then 'SOCIAL'
        else upper(channel)
    end as property_source_type
from worded
