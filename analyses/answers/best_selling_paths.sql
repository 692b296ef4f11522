select
    path,
    conversions as orders,
    non_conversions as "without an order",
    round(100 * conversion_rate, 1) as "convert %",
    net_revenue::double as "net revenue",
    average_duration_hours / 24 as "average days"
from {{ ref('mart_top_conversion_paths') }}
where transform = 'exposure' and path <> '(none)'
order by rank
limit 10
