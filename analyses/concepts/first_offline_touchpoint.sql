select
    first_offline_touchpoint,
    count(*) as persons
from {{ ref('dim_persons') }}
where first_offline_touchpoint is not null
group by first_offline_touchpoint
order by persons desc, first_offline_touchpoint asc
limit 5
