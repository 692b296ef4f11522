select
    stage,
    channel,
    persona,
    month,
    interactions,
    outbound_messages,
    sentiment,
    aspect,
    pain_score,
    truth_score
from {{ ref('mart_journey_map') }}
where aspect is not null
order by interactions desc, journey_map_id asc
limit 3
