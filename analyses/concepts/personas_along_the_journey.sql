select
    persona,
    stage,
    channel,
    sum(interactions) as interactions
from {{ ref('mart_journey_map') }}
where persona = 'researcher'
group by persona, stage, channel
order by interactions desc, stage asc, channel asc
limit 5
