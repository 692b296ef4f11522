select
    path,
    conversions,
    net_revenue,
    rank
from {{ ref('mart_top_conversion_paths') }}
where transform = 'unique'
order by rank
limit 5
