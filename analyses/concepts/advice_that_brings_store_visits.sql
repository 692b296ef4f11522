select
    referral_mechanism,
    sum(persons) as persons,
    sum(store_visits) as store_visits,
    round(sum(store_visits) / nullif(sum(persons), 0), 3) as store_visit_rate
from {{ ref('mart_word_of_mouth') }}
group by referral_mechanism
order by referral_mechanism
