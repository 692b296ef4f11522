select
    persona,
    sum(journeys) as journeys,
    round(avg(path_entropy_bits), 2) as path_entropy_bits,
    round(avg(modal_path_share), 3) as modal_path_share,
    round(avg(normalised_entropy), 3) as normalised_entropy
from {{ ref('mart_journey_predictability') }}
group by persona
order by normalised_entropy, persona
limit 5
