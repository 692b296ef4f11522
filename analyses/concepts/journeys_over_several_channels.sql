select
    channel_count > 1 as several_channels,
    count(*) as journeys,
    round(count(*) / sum(count(*)) over (), 3) as share,
    any_value(path) as example
from {{ ref('fct_journeys') }}
group by several_channels
order by several_channels
