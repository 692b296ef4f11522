select
    lifecycle_step,
    lifecycle_name_en,
    stage
from {{ ref('dim_journey_stages') }}
order by stage_order
