select
    coalesce(purchase_mode, 'all') as mode,
    count(*) as orders,
    round(100 * count(*) / max(count(*)) over (), 1) as "share %",
    sum(net_revenue)::double as "net revenue",
    round(100 * avg(is_impulse::int), 1) as "on impulse %",
    round(100 * avg(is_first_order::int), 1) as "first order %"
from {{ ref('fct_orders') }}
where is_conversion
group by rollup(purchase_mode)
having count(*) > 0
order by grouping(purchase_mode) asc, orders desc, mode asc
