select
    event_name,
    order_rate,
    control_order_rate,
    lift,
    lift_low,
    lift_high
from {{ ref('mart_event_lift') }}
where not is_small
order by event_name
limit 5
