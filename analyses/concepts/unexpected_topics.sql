select
    month,
    topic,
    aspect,
    reviews,
    lift
from {{ ref('mart_review_topics') }}
where is_unexpected
order by lift desc, topic asc, month asc
limit 5
