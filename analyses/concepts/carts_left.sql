select
    cause,
    sum(carts) as carts,
    sum(lost_value) as lost_value,
    any_value(remedy) as remedy
from {{ ref('mart_cart_abandonment') }}
group by cause
order by lost_value desc nulls last, cause asc
