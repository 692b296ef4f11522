-- Moments of truth in their order: those of the chosen personas, else of everybody.

select
    rank,
    touchpoint_type,
    stage,
    persona,
    signal,
    persons,
    effect,
    ci_low,
    ci_high,
    q_value,
    is_claimed,
    estimated_revenue::double as estimated_revenue
from marts.mart_moments_of_truth
where list_contains(coalesce($personas, ['all']), persona)
order by
    rank asc nulls last,
    abs(effect) desc,
    persona asc,
    stage asc,
    touchpoint_type asc
limit $shown
