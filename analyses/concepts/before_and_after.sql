select
    subject,
    side,
    neighbour_type,
    co_occurrences
from {{ ref('mart_touchpoint_neighbours') }}
where subject_kind = 'touchpoint_type' and subject = 'call'
order by side desc, co_occurrences desc, neighbour_type asc
limit 6
