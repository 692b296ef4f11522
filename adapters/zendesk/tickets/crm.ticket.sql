-- One row per ticket. Times are in the account's time zone. The first reply is the creation and the
-- minutes until then.
-- Not mapped: the satisfaction score, which has no time here (the API's ratings have one); the
-- text, which the export lacks.
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
    coalesce(category, type) as property_hs_ticket_category,
    property_hs_ticket_priority,
    subject as property_subject,
    property_source_type,
    order_id
from zendesk_tickets
order by _row
