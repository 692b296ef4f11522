select
    environment,
    count(*) as touchpoints,
    round(count(*) / sum(count(*)) over (), 3) as share
from {{ ref('fct_touchpoints') }}
group by environment
order by touchpoints desc, environment asc
