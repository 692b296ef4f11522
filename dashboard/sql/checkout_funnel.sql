-- One row per device and step.

select
    device_category,
    step,
    sum(entered)::bigint as entered,
    sum(entered_here)::bigint as entered_here,
    sum(continued)::bigint as continued,
    case when step_number < max(step_number) over () then sum(left_here)::bigint end as left_here,
    case
        when step_number < max(step_number) over ()
            then sum(continued) / nullif(sum(entered), 0)
    end as continued_rate,
    sum(payment_attempts)::bigint as payment_attempts,
    sum(payment_failures)::bigint as payment_failures,
    sum(payment_failures) / nullif(sum(payment_attempts), 0) as payment_failure_rate
from marts.mart_checkout_funnel
where month between $first and $last
group by device_category, step, step_number
order by device_category, step_number
