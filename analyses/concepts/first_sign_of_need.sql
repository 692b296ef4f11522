select
    touchpoints.touchpoint_type,
    journeys.first_channel,
    count(*) as journeys
from {{ ref('fct_journeys') }} as journeys
inner join {{ ref('fct_touchpoints') }} as touchpoints
    on journeys.first_touchpoint_id = touchpoints.touchpoint_id
group by touchpoints.touchpoint_type, journeys.first_channel
order by journeys desc, touchpoints.touchpoint_type asc, journeys.first_channel asc
limit 5
