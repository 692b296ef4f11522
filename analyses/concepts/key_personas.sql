select
    persona,
    rank,
    is_key_segment,
    customers,
    share_of_revenue,
    rules
from {{ ref('dim_personas') }}
order by rank
limit 3
