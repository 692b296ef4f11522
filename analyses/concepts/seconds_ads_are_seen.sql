select
    campaign_id,
    campaign_name,
    sum(viewable_seconds) as viewable_seconds
from {{ ref('mart_campaign_roi') }}
where model = 'markov'
group by campaign_id, campaign_name
order by viewable_seconds desc nulls last, campaign_id asc
limit 5
