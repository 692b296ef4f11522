-- One row per campaign and day: devices, networks and ad groups are added up.
-- source and medium are those of Google's own tags. Of the ads outside the search results they name
-- the place, so that cost and visits meet in one channel. Without its number, the name is the key.
with days as (
    select
        day,
        coalesce(campaign_id, campaign) as campaign_id,
        max(campaign) as campaign_name,
        lower(max(campaign_type)) as type,
        currency,
        coalesce(summed(cost), '0') as cost,
        summed(impressions) as impressions,
        summed(clicks) as clicks,
        min(_row) as first_row
    from export
    group by day, coalesce(campaign_id, campaign), currency
)

select
    day as date,
    'google_ads' as platform,
    campaign_id,
    campaign_name,
    case when type = 'video' then 'youtube' else 'google' end as source,
    case
        when type in ('display', 'rete display') then 'display'
        when type = 'performance max' then 'performance max'
        else 'cpc'
    end as medium,
    currency,
    cost,
    impressions,
    clicks,
    case
        when type in ('search', 'rete di ricerca', 'shopping') then 'search'
        when type in ('display', 'rete display') then 'display'
        when type = 'video' then 'video'
    end as kind
from days
order by first_row
