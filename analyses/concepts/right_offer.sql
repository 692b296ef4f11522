select
    offer_id,
    sum(deliveries) as deliveries,
    median(median_hours_to_answer) as hours_to_answer,
    sum(orders_after_answer) as orders_after_answer
from {{ ref('mart_email_engagement') }}
where offer_id is not null
group by offer_id
order by orders_after_answer desc, offer_id asc
limit 5
