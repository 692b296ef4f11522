select
    channel,
    landing_page,
    sum(new_persons) as new_persons,
    round(sum(converted_persons) / nullif(sum(new_persons), 0), 3) as conversion_rate
from {{ ref('mart_acquisition') }}
group by channel, landing_page
order by new_persons desc, channel asc, landing_page asc
limit 5
