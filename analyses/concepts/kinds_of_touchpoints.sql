select
    touchpoint_type,
    name_en,
    name_it,
    description
from {{ ref('dim_touchpoint_types') }}
order by touchpoint_type
limit 5
