select
    query,
    sum(impressions) as impressions,
    sum(clicks) as clicks,
    round(sum(average_position * impressions) / nullif(sum(impressions), 0), 1) as average_position,
    sum(site_searches) as site_searches,
    sum(orders) as orders
from {{ ref('mart_search_queries') }}
group by query
order by clicks desc nulls last, query asc
limit 5
