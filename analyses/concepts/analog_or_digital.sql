select
    medium_class,
    environment,
    count(*) as touchpoints
from {{ ref('fct_touchpoints') }}
group by medium_class, environment
order by touchpoints desc, medium_class asc, environment asc
