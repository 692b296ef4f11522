-- One row per ticket. Ids begin with zendesk-, because other tools number theirs too.
-- Times are in the account's time zone. The first reply is the creation and the minutes until then.
-- Not mapped: the satisfaction score, which has no time here (the API's ratings have one); the
-- text, which the export lacks.
select
    'zendesk-' || id as id,
    'zendesk-' || requester_id as contact_id,
    created_at as property_createdate,
    solved_at as property_closed_date,
    strftime(
        try_cast(created_at as timestamp)
        + to_seconds(cast(round(60 * try_cast(first_reply_minutes as decimal(18, 2))) as bigint)),
        '%Y-%m-%d %H:%M:%S'
    ) as property_first_agent_reply_date,
    coalesce(category, type) as property_hs_ticket_category,
    case lower(nullif(priority, '-'))
        when 'normal' then 'MEDIUM' when 'normale' then 'MEDIUM'
        when 'bassa' then 'LOW' when 'alta' then 'HIGH' when 'urgente' then 'URGENT'
        else upper(nullif(priority, '-'))
    end as property_hs_ticket_priority,
    subject as property_subject,
    case
        when lower(via) in ('mail', 'email', 'e-mail') then 'EMAIL'
        when lower(via) in ('web form', 'web', 'web widget', 'help center', 'modulo web')
            then 'FORM'
        when lower(via) in ('chat', 'messaging', 'messaggistica', 'whatsapp') then 'CHAT'
        when lower(via) like 'phone%' or lower(via) in ('voice', 'voicemail', 'telefono')
            then 'PHONE'
        when regexp_matches(lower(via), 'twitter|facebook|instagram|^x ') then 'SOCIAL'
        else upper(via)
    end as property_source_type,
    order_id
from export
order by _row
