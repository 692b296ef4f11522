select
    journey_number,
    outcome,
    count(*) as journeys
from {{ ref('fct_journeys') }}
where journey_number <= 2
group by journey_number, outcome
order by journey_number, outcome
