select
    touchpoint_type,
    channel,
    status,
    last_seen_date
from {{ ref('mart_touchpoint_coverage') }}
where is_missing
order by touchpoint_type, channel
limit 5
