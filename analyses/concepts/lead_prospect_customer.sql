select
    lifecycle_status,
    count(*) as persons
from {{ ref('dim_persons') }}
group by lifecycle_status
order by persons desc, lifecycle_status asc
