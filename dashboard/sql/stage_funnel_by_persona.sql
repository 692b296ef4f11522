-- One row per persona and stage: how many reached it and which share of them went on.

select
    persona,
    stage,
    sum(entered)::bigint as entered,
    sum(continued)::bigint as continued,
    case
        when stage_order < max(stage_order) over ()
            then sum(continued) / nullif(sum(entered), 0)
    end as continued_rate,
    sum(leaked_revenue)::double as leaked_revenue
from marts.mart_stage_funnel
where
    mode = $mode
    and month between $first and $last
    and ($personas is null or list_contains($personas, persona))
    and ($channels is null or list_contains($channels, first_channel))
group by persona, stage, stage_order
order by persona, stage_order
