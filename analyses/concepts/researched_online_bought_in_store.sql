select
    purchase_mode,
    count(*) as orders,
    sum(net_revenue) as net_revenue,
    any_value(purchase_mode_evidence_id) as evidence
from {{ ref('fct_orders') }}
where is_conversion and purchase_mode = 'ropo'
group by purchase_mode
