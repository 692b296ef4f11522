select
    stage,
    sum(entered) as entered,
    round(sum(continued) / nullif(sum(entered), 0), 3) as rate_of_next,
    sum(leaked_revenue) as leaked_revenue
from {{ ref('mart_stage_funnel') }}
where mode = 'open'
group by stage, stage_order
order by stage_order
