select
    event_name,
    attendances,
    lift,
    lift_low,
    lift_high
from {{ ref('mart_event_lift') }}
order by lift desc nulls last, event_name asc
limit 5
