select
    platform,
    round(avg(mean_sentiment), 3) as as_told,
    round(avg(corrected_mean_sentiment), 3) as as_lived
from {{ ref('mart_review_sentiment') }}
where aspect = 'overall' and not is_competitor
group by platform
order by platform
