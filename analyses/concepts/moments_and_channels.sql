select
    month,
    stage,
    channel,
    sum(interactions) as interactions,
    sum(outbound_messages) as outbound_messages,
    round(sum(sentiment * opinions) / nullif(sum(opinions), 0), 2) as sentiment
from {{ ref('mart_journey_map') }}
where channel = 'Email'
group by month, stage, stage_order, channel
order by month desc, stage_order asc
limit 5
