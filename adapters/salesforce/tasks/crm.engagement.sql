-- One row per task that was completed: calls and e-mails are logged as such; other tasks are notes
-- for colleagues. Open tasks are plans and not mapped.
-- It took place when it was completed; without that time, when it was logged.
select
    left(id, 15) as engagement_id,
    case
        when subtype = 'Call' or type = 'Call' or call_type is not null then 'CALL'
        when subtype in ('Email', 'ListEmail') or type = 'Email' then 'EMAIL'
        when type = 'Meeting' then 'MEETING'
        else 'NOTE'
    end as type,
    coalesce(completed_at, created_at) as occurred_at,
    case call_type when 'Inbound' then 'INBOUND' when 'Outbound' then 'OUTBOUND' end as direction,
    1000 * try_cast(call_seconds as bigint) as duration_ms,
    call_result as outcome,
    body,
    left(owner_id, 15) as owner_id
from export
where lower(is_closed) = 'true' or (is_closed is null and lower(status) = 'completed')
order by _row
