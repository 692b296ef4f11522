select
    reason,
    sum(returned_lines) as returned_lines,
    sum(lines_to_stores) as brought_to_a_store
from {{ ref('mart_returns') }}
group by reason
order by returned_lines desc, reason asc
limit 5
