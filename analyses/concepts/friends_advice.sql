select
    referral_mechanism,
    sum(redeemed) as redeemed,
    sum(orders) as orders,
    round(sum(orders) / nullif(sum(touchpoints), 0), 3) as order_rate
from {{ ref('mart_word_of_mouth') }}
group by referral_mechanism
order by referral_mechanism
