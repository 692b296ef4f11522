select
    location_name,
    sum(visits) as visits,
    round(sum(assisted_buying_visits) / nullif(sum(assisted_visits), 0), 3)
        as assisted_buying_share,
    round(sum(unassisted_buying_visits) / nullif(sum(visits - assisted_visits), 0), 3)
        as unassisted_buying_share,
    round(sum(assistance_effect * visits) / nullif(sum(visits), 0), 3) as assistance_effect
from {{ ref('mart_store_visits') }}
where
    assisted_share is not null
    and buying_share is not null
group by location_name
order by visits desc, location_name asc
limit 12
