select
    stage,
    goal,
    kpi_en,
    value
from {{ ref('mart_stage_goals') }}
where stage = 'advocacy'
qualify month = max(month) over ()
order by goal
