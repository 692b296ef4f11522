select
    touchpoint_type,
    persona,
    sum(feedback_responses) as feedback_responses,
    round(
        sum(feedback_sentiment_delta * feedback_responses)
        / nullif(sum(feedback_responses), 0),
        3
    ) as image_change
from {{ ref('mart_touchpoint_kpis') }}
where feedback_responses > 0
group by touchpoint_type, persona
having sum(feedback_responses) >= 50
order by image_change, touchpoint_type, persona
limit 5
