select
    month,
    sum(enthusiastic_orders) as enthusiastic,
    sum(satisfied_orders) as satisfied,
    sum(disappointed_orders) as disappointed
from {{ ref('mart_post_purchase_sentiment') }}
group by month
order by month
