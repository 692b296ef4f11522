select
    outcome,
    round(avg(research_depth), 2) as research_depth
from {{ ref('fct_journeys') }}
group by outcome
order by outcome
