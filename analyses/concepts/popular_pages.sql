select
    page,
    popularity_rank,
    views,
    exit_rate
from {{ ref('mart_page_exits') }}
qualify month = max(month) over ()
order by popularity_rank
limit 5
