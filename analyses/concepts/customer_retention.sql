select
    months_since,
    sum(persons) as persons,
    round(sum(active_persons) / nullif(sum(persons), 0), 3) as retention_rate,
    count(distinct cohort_month) as cohorts
from {{ ref('mart_cohort_retention') }}
where is_complete
group by months_since
order by months_since
limit 5
