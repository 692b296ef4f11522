-- One row per call, message, meeting or note. Tasks are plans of the staff and no contact with a
-- customer: they are not mapped.
-- The export lacks: the campaign. Direction is that of the call; an incoming e-mail is inbound.
select
    id as engagement_id,
    case type
        when 'CONVERSATION_SESSION' then 'CHAT' when 'FORWARDED_EMAIL' then 'EMAIL'
        else type
    end as type,
    happened_at as occurred_at,
    case
        when type = 'INCOMING_EMAIL' then 'INBOUND'
        when type in ('EMAIL', 'FORWARDED_EMAIL') then 'OUTBOUND'
        else direction
    end as direction,
    duration_ms,
    status as outcome,
    coalesce(body, text) as body,
    owner_id
from export
where type not like '%TASK'
order by _row
