select
    band,
    round(sum(opens) / nullif(sum(deliveries), 0), 3) as open_rate,
    round(sum(unsubscribed_persons) / nullif(sum(persons), 0), 4) as unsubscribe_rate,
    round(sum(persons_ordering_next_week) / nullif(sum(persons), 0), 4) as conversion_rate_next_week
from {{ ref('mart_marketing_pressure') }}
where is_next_week_over
group by band, band_order
order by band_order
