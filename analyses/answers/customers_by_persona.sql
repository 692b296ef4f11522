select
    name_en as persona,
    customers,
    orders,
    revenue_per_customer as "revenue a customer",
    round(100 * share_of_revenue, 1) as "of revenue %"
from {{ ref('dim_personas') }}
where customers > 0
order by net_revenue desc, persona asc
