-- Which campaigns cost money and brought less than it, by every model?
-- Grain: one row per campaign with spend whose best model still shows a loss.
-- Read: margin_at_best is the revenue of the kindest model times contribution_margin, less the
-- spend. Campaigns of impressions (display, video) may work without a click: look at clicks before
-- stopping one.

with

campaigns as (

    select
        model,
        campaign_id,
        max(campaign_name) as campaign_name,
        max(campaign_kind) as campaign_kind,
        sum(spend) as spend,
        sum(revenue) as revenue,
        sum(impressions) as impressions,
        sum(clicks) as clicks
    from {{ ref('mart_campaign_roi') }}
    where campaign_id is not null
    group by model, campaign_id

),

best as (

    select
        campaign_id,
        max(campaign_name) as campaign_name,
        max(campaign_kind) as campaign_kind,
        max(spend) as spend,
        max(revenue) as revenue_at_best,
        max(impressions) as impressions,
        max(clicks) as clicks
    from campaigns
    group by campaign_id

),

campaigns_without_return as (

    select
        campaign_id,
        campaign_name,
        campaign_kind,
        spend,
        revenue_at_best,
        round(
            cast(revenue_at_best as double) * {{ var('contribution_margin') }}
            - cast(spend as double), 2
        ) as margin_at_best,
        impressions,
        clicks
    from best
    where
        spend > 0
        and cast(revenue_at_best as double) * {{ var('contribution_margin') }}
        < cast(spend as double)

)

select * from campaigns_without_return
order by margin_at_best asc, campaign_id asc
