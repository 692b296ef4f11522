select
    touchpoint_type,
    channel,
    status,
    reaction_share
from {{ ref('mart_touchpoint_coverage') }}
where is_dead
order by reaction_share, touchpoint_type, channel
limit 5
