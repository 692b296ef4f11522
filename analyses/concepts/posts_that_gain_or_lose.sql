select
    network,
    post_id,
    interactions,
    change_on_month,
    interest
from {{ ref('mart_social_engagement') }}
where interest in ('gained', 'lost')
order by abs(change_on_month) desc, post_id asc
limit 5
