select
    touchpoint_type,
    sum(touchpoints) as touchpoints,
    sum(dwell_seconds) as dwell_seconds,
    round(
        sum(mean_sentiment * touchpoints_with_sentiment)
        / nullif(sum(touchpoints_with_sentiment), 0),
        3
    ) as mean_sentiment,
    round(sum(converted_journeys) / nullif(sum(journeys), 0), 3) as conversion_rate,
    sum(abandons) as abandons
from {{ ref('mart_touchpoint_kpis') }}
group by touchpoint_type
order by touchpoints desc, touchpoint_type asc
limit 5
