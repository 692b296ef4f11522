select
    coalesce(lifecycle_status, 'all') as persons_are,
    count(*) as persons,
    sum(identifiers)::bigint as identifiers,
    count_if(identifiers > 1) as "joined of several",
    sum(orders)::bigint as orders,
    sum(net_revenue)::double as "net revenue",
    count_if(may_contact) as "may be written to"
from {{ ref('dim_persons') }}
where not is_excluded
group by rollup(lifecycle_status)
having count(*) > 0
order by grouping(lifecycle_status) asc, persons desc, persons_are asc
