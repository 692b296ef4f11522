select
    month,
    sum(sends) as sends,
    sum(deliveries) as deliveries,
    sum(replies) as replies
from {{ ref('mart_email_engagement') }}
group by month
order by month
