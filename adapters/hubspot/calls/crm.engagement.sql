-- One row per call. HubSpot names the zone of its times in the headings.
-- The duration is written as hours, minutes and seconds, or as milliseconds.
select
    id as engagement_id,
    'CALL' as type,
    happened_at as occurred_at,
    case lower(direction)
        when 'inbound' then 'INBOUND' when 'in entrata' then 'INBOUND'
        when 'outbound' then 'OUTBOUND' when 'in uscita' then 'OUTBOUND'
        else direction
    end as direction,
    case
        when regexp_full_match(duration, '\d+:\d\d:\d\d')
            then 1000 * (
                3600 * split_part(duration, ':', 1)::bigint
                + 60 * split_part(duration, ':', 2)::bigint
                + split_part(duration, ':', 3)::bigint
            )
        else try_cast(duration as bigint)
    end as duration_ms,
    outcome,
    body,
    owner as owner_id
from export
order by _row
