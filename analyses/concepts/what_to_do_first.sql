select
    touchpoint_type,
    signal,
    stage,
    kind,
    effect,
    estimated_revenue,
    rank
from {{ ref('mart_opportunities') }}
where persona = 'all'
order by rank
limit 5
