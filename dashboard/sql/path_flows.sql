-- One row per step and pair of channels, of the first $steps steps. Journeys that go on are seen
-- at their last edge.

select
    from_channel,
    to_channel,
    step,
    sum(journeys)::bigint as journeys,
    sum(converted_journeys)::bigint as converted_journeys,
    sum(lost_journeys)::bigint as lost_journeys,
    sum(open_journeys)::bigint as open_journeys,
    sum(net_revenue)::double as net_revenue,
    sum(converted_journeys) / nullif(sum(converted_journeys) + sum(lost_journeys), 0)
        as conversion_rate,
    sum(timed_seconds) / nullif(sum(timed_journeys), 0) / 3600 as mean_hours
from marts.mart_path_flows
where
    step <= $steps
    and month between $first and $last
    and ($personas is null or list_contains($personas, persona))
group by from_channel, to_channel, step
order by step asc, journeys desc, from_channel asc, to_channel asc
