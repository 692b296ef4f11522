select
    date_trunc('month', order_date) as month,
    round(avg(is_impulse::int), 3) as impulse_share
from {{ ref('fct_orders') }}
where is_conversion
group by month
order by month
