select
    is_personalised,
    round(sum(clicks) / nullif(sum(deliveries), 0), 3) as click_rate,
    sum(deliveries_to_followers) as deliveries_to_followers,
    sum(clicks_of_followers) as clicks_of_followers
from {{ ref('mart_email_engagement') }}
where deliveries is not null
group by is_personalised
order by is_personalised
