select
    touchpoint_type,
    signal,
    stage,
    effect,
    ci_low,
    ci_high,
    rank
from {{ ref('mart_moments_of_truth') }}
where is_claimed and persona = 'all'
order by rank
limit 5
