select
    stage,
    sum(entered)::bigint as persons,
    sum(continued)::bigint as "went on",
    round(100 * sum(continued) / nullif(sum(entered), 0), 1) as "went on %",
    sum(leaked_revenue)::double as "leaked revenue, at most"
from {{ ref('mart_stage_funnel') }}
where mode = 'open'
group by stage, stage_order
order by stage_order
