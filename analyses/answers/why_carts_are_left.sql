select
    cause,
    sum(carts)::bigint as carts,
    sum(recovered_carts)::bigint as "bought later",
    sum(lost_carts)::bigint as lost,
    sum(lost_value)::double as "lost value"
from {{ ref('mart_cart_abandonment') }}
group by cause
order by lost desc, cause asc
