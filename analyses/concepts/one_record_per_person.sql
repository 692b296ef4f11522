select
    person_id,
    identifiers,
    touchpoints,
    orders,
    net_revenue,
    lifecycle_status
from {{ ref('dim_persons') }}
order by identifiers desc, person_id asc
limit 3
