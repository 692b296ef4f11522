-- One row per campaign and day. The last line is Microsoft's copyright. Without its number, the
-- name is the key. source and medium are those of Microsoft's own tags.
select
    day as date,
    'microsoft_ads' as platform,
    coalesce(campaign_id, campaign) as campaign_id,
    max(campaign) as campaign_name,
    'bing' as source,
    'cpc' as medium,
    currency,
    coalesce(summed(cost), '0') as cost,
    summed(impressions) as impressions,
    summed(clicks) as clicks,
    'search' as kind
from export
where day not like '©%'
group by day, coalesce(campaign_id, campaign), currency
order by date, campaign_id, currency
