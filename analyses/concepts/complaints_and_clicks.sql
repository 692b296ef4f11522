select
    touchpoint_type,
    signal,
    stage,
    effect,
    estimated_revenue,
    rank
from {{ ref('mart_pain_points') }}
where is_claimed and persona = 'all'
order by rank
limit 5
