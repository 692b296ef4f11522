select
    source,
    medium,
    channel,
    count(*) as visits
from {{ ref('fct_sessions') }}
where not is_excluded
group by source, medium, channel
order by visits desc, source asc, medium asc, channel asc
limit 5
