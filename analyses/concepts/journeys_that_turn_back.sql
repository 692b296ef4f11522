select
    persona,
    round(sum(journeys_with_loops) / nullif(sum(journeys), 0), 3) as loop_share,
    round(sum(journeys_with_regressions) / nullif(sum(journeys), 0), 3) as regression_share
from {{ ref('mart_journey_predictability') }}
group by persona
order by loop_share desc, persona asc
limit 5
