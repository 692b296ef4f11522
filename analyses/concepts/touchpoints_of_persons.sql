select
    touchpoint_type,
    count(distinct touchpoint_id) as touchpoints,
    count(distinct person_id) as persons,
    max(touched_at) as last_at
from {{ ref('fct_touchpoints') }}
group by touchpoint_type
order by touchpoints desc, touchpoint_type asc
limit 5
