-- One row per campaign and day: ad sets, ads and platforms are added up. The row of sums, which a
-- report may begin with, names no campaign. Without its number, the name is the key.
-- source and medium are guessed: they should be those of the links in the ads.
with rows as (
    select
        *,
        list_filter(
            from_json(actions, '[{"action_type": "VARCHAR", "value": "VARCHAR"}]'),
            lambda action: action.action_type = 'onsite_conversion.lead_grouped'
        )[1].value as lead_actions
    from export
    where campaign is not null
)

select
    coalesce(day, starts) as date,
    'meta' as platform,
    coalesce(campaign_id, campaign) as campaign_id,
    max(campaign) as campaign_name,
    'facebook' as source,
    'paid_social' as medium,
    currency,
    coalesce(summed(cost), '0') as cost,
    summed(impressions) as impressions,
    summed(clicks) as clicks,
    summed(coalesce(leads, lead_actions)) as leads,
    'social' as kind
from rows
group by coalesce(day, starts), coalesce(campaign_id, campaign), currency
order by date, campaign_id, currency
