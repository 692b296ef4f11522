select
    location_name,
    round(median(median_dwell_seconds) / 60, 1) as minutes,
    mode(most_touched_product_name) as most_touched
from {{ ref('mart_store_visits') }}
group by location_name
order by location_name
limit 5
