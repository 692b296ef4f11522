select
    intent,
    count(*) as sessions,
    mode(source) as main_source
from {{ ref('fct_sessions') }}
where not is_excluded
group by intent
order by sessions desc, intent asc
