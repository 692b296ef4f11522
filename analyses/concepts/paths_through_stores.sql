select
    zone_path,
    sum(visits) as visits,
    round(sum(buying_visits) / nullif(sum(visits), 0), 3) as buying_share,
    min(path_rank) as best_rank
from {{ ref('mart_store_zone_paths') }}
group by zone_path
order by visits desc, zone_path asc
limit 5
