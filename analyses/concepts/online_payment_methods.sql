select
    payment_method,
    sum(orders) as orders,
    round(sum(orders) / sum(sum(orders)) over (), 3) as share
from {{ ref('mart_payment_methods') }}
where sales_channel = 'web'
group by payment_method
order by orders desc, payment_method asc
