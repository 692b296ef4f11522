select
    stage,
    channel,
    sum(interactions) as touchpoints
from {{ ref('mart_journey_map') }}
group by stage, stage_order, channel
qualify row_number() over (partition by stage order by touchpoints desc) <= 2
order by stage_order asc, touchpoints desc, channel asc
