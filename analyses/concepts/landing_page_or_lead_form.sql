select
    source_kind,
    sum(arrivals) as arrivals,
    sum(leads) as leads,
    round(sum(leads) / nullif(sum(arrivals), 0), 4) as lead_rate,
    round(sum(won_leads) / nullif(sum(matured_leads), 0), 3) as conversion_rate
from {{ ref('mart_lead_sources') }}
group by source_kind
order by source_kind
