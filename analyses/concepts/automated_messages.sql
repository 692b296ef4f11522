select
    workflow_id,
    sum(deliveries) as deliveries,
    sum(orders_after_answer) as orders_after_answer
from {{ ref('mart_email_engagement') }}
where workflow_id is not null
group by workflow_id
order by deliveries desc, workflow_id asc
limit 5
