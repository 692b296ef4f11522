select
    ownership,
    count(*) as touchpoints
from {{ ref('fct_touchpoints') }}
group by ownership
order by touchpoints desc, ownership asc
