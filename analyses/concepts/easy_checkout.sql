select
    step,
    sum(entered) as entered,
    round(sum(continued) / nullif(sum(entered), 0), 3) as rate_of_next,
    round(sum(payment_failures) / nullif(sum(payment_attempts), 0), 3) as payment_failure_rate
from {{ ref('mart_checkout_funnel') }}
group by step, step_number
order by step_number
