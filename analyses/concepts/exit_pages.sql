select
    page,
    sum(exits) as exits,
    round(sum(exits) / nullif(sum(views), 0), 3) as exit_rate
from {{ ref('mart_page_exits') }}
group by page
order by exits desc, page asc
limit 5
