select
    stage,
    sum(interactions) as interactions,
    sum(interactions) filter (where channel = 'Store') as in_stores,
    round(sum(sentiment * opinions) / nullif(sum(opinions), 0), 2) as sentiment
from {{ ref('mart_journey_map') }}
group by stage, stage_order
order by stage_order
