select
    persona,
    sum(customers) as customers,
    sum(orders) as orders,
    sum(net_revenue) as net_revenue,
    mode(top_channel) as top_channel
from {{ ref('mart_customer_profile') }}
group by persona
order by net_revenue desc, persona asc
limit 5
