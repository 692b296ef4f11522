-- The paths that convert most; with channels chosen, those that pass through one of them. The
-- number of touchpoints that a step may end with (`Email(2)`) is no part of its channel.

select
    rank,
    path,
    path_length,
    journeys,
    conversions,
    non_conversions,
    open_journeys,
    conversion_rate,
    net_revenue::double as net_revenue,
    conversion_share,
    revenue_share,
    average_touchpoints,
    median_duration_hours
from marts.mart_top_conversion_paths
where
    transform = $transform
    and path <> '(none)'
    and (
        $channels is null
        or list_has_any(string_split(regexp_replace(path, '\(\d+\)', '', 'g'), ' > '), $channels)
    )
order by rank
limit $shown
