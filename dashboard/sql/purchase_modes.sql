-- Orders and revenue by purchase mode, and by month or place ($by).

select
    columns($by),
    purchase_mode,
    sum(orders)::bigint as orders,
    sum(net_revenue)::double as net_revenue,
    sum(first_orders)::bigint as first_orders,
    sum(impulse_orders)::bigint as impulse_orders,
    sum(product_match_orders)::bigint as product_match_orders
from marts.mart_purchase_modes
where month between $first and $last
group by all
order by all
