select
    persona,
    sum(feedback_responses) as feedback_responses,
    round(sum(expectation_exceeded_responses) / nullif(sum(feedback_responses), 0), 3)
        as expectation_exceeded_share,
    round(avg(mean_sentiment_before_order), 2) as before_order,
    round(avg(mean_sentiment_after_order), 2) as after_order,
    mode(verdict) as verdict
from {{ ref('mart_experience_scores') }}
group by persona
order by feedback_responses desc, persona asc
limit 5
