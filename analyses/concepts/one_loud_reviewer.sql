select
    platform,
    round(avg(mean_sentiment), 3) as each_counts_once,
    round(avg(reach_weighted_sentiment), 3) as each_counts_by_reach
from {{ ref('mart_review_sentiment') }}
where aspect = 'overall' and not is_competitor
group by platform
order by platform
