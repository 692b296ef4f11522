select
    touchpoint_type,
    count(*) as touchpoints,
    count(distinct person_id) as persons
from {{ ref('fct_touchpoints') }}
where touchpoint_type = 'web_share'
group by touchpoint_type
