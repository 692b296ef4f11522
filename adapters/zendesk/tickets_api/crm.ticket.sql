-- One row per ticket. Ids begin with zendesk-, because other tools number theirs too.
-- When it was solved and first answered is only in the answer if it was asked for
-- (include=metric_sets); the last change of a closed ticket says neither.
-- Not mapped: deleted tickets; custom fields, of which the answer names only numbers; the
-- satisfaction score, which has no time here (the ratings have one).
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
    type as property_hs_ticket_category,
    case lower(nullif(priority, '-'))
        when 'normal' then 'MEDIUM' when 'normale' then 'MEDIUM'
        when 'bassa' then 'LOW' when 'alta' then 'HIGH' when 'urgente' then 'URGENT'
        else upper(nullif(priority, '-'))
    end as property_hs_ticket_priority,
    subject as property_subject,
    description as property_content,
    case
        when channel in ('email', 'mail') then 'EMAIL'
        when channel in ('web', 'web_form', 'web_widget', 'help_center', 'request') then 'FORM'
        when channel in ('chat', 'messaging', 'native_messaging', 'whatsapp') then 'CHAT'
        when channel in ('voice', 'phone') then 'PHONE'
        when regexp_matches(channel, 'twitter|facebook|instagram') then 'SOCIAL'
        else upper(channel)
    end as property_source_type
from export
where status <> 'deleted'
order by _row
