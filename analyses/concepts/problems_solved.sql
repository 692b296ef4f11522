select
    category,
    count(*) as cases,
    round(median(first_reply_seconds) / 3600, 1) as hours_to_reply,
    round(median(resolution_seconds) / 3600, 1) as hours_to_solve,
    round(avg(has_repeat_contact::int), 3) as repeat_share
from {{ ref('fct_service_cases') }}
group by category
order by cases desc, category asc
limit 5
