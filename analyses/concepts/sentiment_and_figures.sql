select
    touchpoint_type,
    median(median_dwell_seconds) as median_dwell_seconds,
    sum(abandons) as abandons,
    round(
        sum(mean_sentiment * touchpoints_with_sentiment)
        / nullif(sum(touchpoints_with_sentiment), 0),
        3
    ) as mean_sentiment
from {{ ref('mart_touchpoint_kpis') }}
where touchpoints_with_sentiment > 0
group by touchpoint_type
order by abandons desc, touchpoint_type asc
limit 5
