select
    touchpoint_type,
    channel,
    count(*) as touchpoints
from {{ ref('fct_touchpoints') }}
where source_system = 'social'
group by touchpoint_type, channel
order by touchpoints desc, touchpoint_type asc, channel asc
