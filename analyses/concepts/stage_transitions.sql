select
    from_stage,
    to_stage,
    sum(transitions) as transitions,
    round(sum(transitions_to_order) / nullif(sum(transitions), 0), 3) as order_share
from {{ ref('mart_stage_transitions') }}
group by from_stage, to_stage
order by transitions desc, from_stage asc, to_stage asc
limit 6
