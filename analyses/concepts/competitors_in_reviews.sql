select
    is_competitor,
    sum(reviews) as reviews,
    round(sum(mean_sentiment * reviews) / nullif(sum(reviews), 0), 3) as mean_sentiment
from {{ ref('mart_review_sentiment') }}
where aspect = 'overall'
group by is_competitor
order by is_competitor
