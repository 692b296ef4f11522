-- One row per stage, of the open or the closed funnel ($mode).

select
    stage,
    sum(entered)::bigint as entered,
    sum(entered_here)::bigint as entered_here,
    sum(continued)::bigint as continued,
    sum(leaked)::bigint as leaked,
    sum(entered) / nullif(sum(sum(entered_here)) over (), 0) as rate_of_start,
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
group by stage, stage_order
order by stage_order
