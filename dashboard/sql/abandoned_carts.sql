-- One row per likely cause, the dearest first.

select
    cause,
    sum(carts)::bigint as carts,
    sum(lost_carts)::bigint as lost_carts,
    sum(recovered_carts)::bigint as recovered_carts,
    sum(undecided_carts)::bigint as undecided_carts,
    sum(recovered_carts) / nullif(sum(recovered_carts) + sum(lost_carts), 0) as recovery_rate,
    sum(lost_value)::double as lost_value,
    min(remedy) as remedy
from marts.mart_cart_abandonment
where
    month between $first and $last
    and ($channels is null or list_contains($channels, channel))
group by cause
order by lost_value desc, cause asc
