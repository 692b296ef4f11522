select
    campaign_name,
    sum(spend) as spend,
    sum(revenue) as revenue,
    round(sum(revenue) / nullif(sum(spend), 0), 2) as roas,
    round(sum(roi * spend) / nullif(sum(spend), 0), 2) as roi
from {{ ref('mart_campaign_roi') }}
where model = 'markov' and spend > 0
group by campaign_name
order by roi desc, campaign_name asc
limit 5
