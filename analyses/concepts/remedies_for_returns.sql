select
    reason,
    remedy,
    sum(returned_lines) as returned_lines,
    sum(refunded) as refunded
from {{ ref('mart_returns') }}
group by reason, remedy
order by returned_lines desc, reason asc, remedy asc
limit 5
