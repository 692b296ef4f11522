select
    aspect,
    count(*) as opinions,
    round(avg(sentiment), 3) as sentiment,
    mode(stage) as most_in_stage
from {{ ref('fct_review_aspects') }}
where not is_competitor
group by aspect
order by opinions desc, aspect asc
