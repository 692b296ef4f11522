-- One row per ticket. When it was solved and first answered is only in the answer if it was asked
-- for (include=metric_sets); the last change of a closed ticket says neither.
-- Not mapped: deleted tickets; custom fields, of which the answer names only numbers; the
-- satisfaction score, which has no time here (the ratings have one).
select
    id,
    contact_id,
    created_at as property_createdate,
    solved_at as property_closed_date,
    strftime(
        try_cast(created_at as timestamp)
        + to_seconds(cast(round(60 * try_cast(first_reply_minutes as decimal(18, 2))) as bigint)),
        '%Y-%m-%d %H:%M:%S'
    ) as property_first_agent_reply_date,
    type as property_hs_ticket_category,
    property_hs_ticket_priority,
    subject as property_subject,
    description as property_content,
    property_source_type
from zendesk_tickets
where status <> 'deleted'
order by _row
