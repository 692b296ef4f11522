select
    intent,
    round(avg(confusion_index), 3) as confusion_index,
    round(avg(page_views), 1) as page_views
from {{ ref('fct_sessions') }}
where not is_excluded
group by intent
order by confusion_index desc, intent asc
