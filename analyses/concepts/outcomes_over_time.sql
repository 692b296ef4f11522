select
    outcome,
    kpi,
    value,
    change_on_month,
    change_on_year
from {{ ref('mart_outcome_kpis') }}
where is_month_over
qualify month = max(month) over ()
order by outcome, kpi
