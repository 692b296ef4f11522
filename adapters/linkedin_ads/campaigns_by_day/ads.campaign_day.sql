-- One row per campaign and day, in UTC: ads are added up. Without its number, the name is the key.
-- source and medium are guessed: they should be those of the links in the ads.
select
    day as date,
    'linkedin_ads' as platform,
    coalesce(campaign_id, campaign) as campaign_id,
    max(campaign) as campaign_name,
    'linkedin' as source,
    'paid_social' as medium,
    currency,
    coalesce(summed(cost), '0') as cost,
    summed(impressions) as impressions,
    summed(clicks) as clicks,
    summed(leads) as leads,
    'social' as kind
from export
group by day, coalesce(campaign_id, campaign), currency
order by date, campaign_id, currency
