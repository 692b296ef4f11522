-- One row per event of the calendar that has taken place. Future ones are plans: a later export has
-- them when they are over.
-- The export lacks: direction, outcome.
select
    left(id, 15) as engagement_id,
    case when type = 'Call' then 'CALL' else 'MEETING' end as type,
    started_at as occurred_at,
    60000 * try_cast(minutes as bigint) as duration_ms,
    body,
    left(owner_id, 15) as owner_id
from export
where started_at <= strftime(make_timestamp(epoch_us(now())), '%Y-%m-%d %H:%M:%S')
order by _row
