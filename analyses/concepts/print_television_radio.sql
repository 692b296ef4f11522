select
    channel,
    touchpoint_type,
    campaign_days,
    last_seen_date
from {{ ref('mart_touchpoint_coverage') }}
where campaign_days > 0
order by campaign_days desc, channel asc, touchpoint_type asc
limit 5
