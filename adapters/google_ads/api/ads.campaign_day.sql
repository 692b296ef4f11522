-- One row per campaign and day: devices, networks and ad groups are added up.
-- A micro is a millionth of the currency. source and medium as in ../campaigns_by_day.
with days as (
    select
        day,
        campaign_id,
        max(campaign) as campaign_name,
        lower(max(campaign_type)) as type,
        currency,
        coalesce(summed(cost_micros), '0') as cost_micros,
        summed(impressions) as impressions,
        summed(clicks) as clicks,
        min(_row) as first_row
    from export
    group by day, campaign_id, currency
)

select
    day as date,
    'google_ads' as platform,
    campaign_id,
    campaign_name,
    case when type = 'video' then 'youtube' else 'google' end as source,
    case
        when type = 'display' then 'display'
        when type = 'performance_max' then 'performance max'
        else 'cpc'
    end as medium,
    currency,
    coalesce(
        (try_cast(cost_micros as decimal(28, 0)) / 1000000)::decimal(28, 4)::varchar, cost_micros
    ) as cost,
    impressions,
    clicks,
    case
        when type in ('search', 'shopping') then 'search'
        when type in ('display', 'video') then type
    end as kind
from days
order by first_row
