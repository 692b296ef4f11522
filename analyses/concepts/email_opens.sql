select
    month,
    round(sum(opens) / nullif(sum(deliveries), 0), 3) as open_rate,
    round(sum(opens_with_machines) / nullif(sum(deliveries), 0), 3) as open_rate_with_machines
from {{ ref('mart_email_engagement') }}
where deliveries is not null
group by month
order by month
