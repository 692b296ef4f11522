with

campaigns as (

    select * from {{ ref('dim_campaigns') }}

),

models as (

    select model from {{ ref('attribution_models') }}

),

credits as (

    select
        model,
        coalesce(campaign_id, 'none') as campaign_key,
        {{ month_of('order_date') }} as month,
        sum(conversion_share) as conversions,
        sum(revenue) as revenue
    from {{ ref('fct_attribution') }}
    group by model, coalesce(campaign_id, 'none'), {{ month_of('order_date') }}

),

-- Seconds are summed as thousandths, so that their order does not matter.
delivery_of_month as (

    select
        campaign_id as campaign_key,
        spend_month as month,
        sum(cost_amount) as spend,
        cast(sum(impressions) as bigint) as impressions,
        cast(sum(clicks) as bigint) as clicks,
        cast(sum(leads) as bigint) as leads,
        cast(sum(cast(viewable_seconds as decimal(24, 3))) as decimal(18, 3)) as viewable_seconds
    from {{ ref('int_campaign_days__costed') }}
    group by campaign_id, spend_month

),

-- Every model has all of what the campaign did in the month.
delivery as (

    select
        models.model,
        delivery_of_month.*
    from delivery_of_month
    cross join models

),

joined as (

    select
        coalesce(credits.model, delivery.model) as model,
        coalesce(credits.campaign_key, delivery.campaign_key) as campaign_key,
        coalesce(credits.month, delivery.month) as month,
        coalesce(credits.conversions, 0) as conversions,
        coalesce(credits.revenue, 0) as revenue,
        coalesce(delivery.spend, 0) as spend,
        delivery.impressions,
        delivery.clicks,
        delivery.leads,
        delivery.viewable_seconds
    from credits
    full join delivery
        on
            credits.model = delivery.model
            and credits.campaign_key = delivery.campaign_key
            and credits.month = delivery.month

),

campaign_roi as (

    select
        {{ surrogate_key(['joined.model', 'joined.campaign_key', 'joined.month']) }}
            as campaign_roi_id,

        nullif(joined.campaign_key, 'none') as campaign_id,

        joined.model,
        joined.month,
        'conversion_date' as date_basis,
        campaigns.campaign_name,
        campaigns.platform,
        campaigns.campaign_kind,
        campaigns.channel,

        cast(joined.conversions as decimal(18, 8)) as conversions,
        cast(joined.revenue as decimal(18, 2)) as revenue,
        cast(joined.spend as decimal(18, 2)) as spend,
        {{ return_on_ad_spend('joined.revenue', 'joined.spend') }} as roas,
        {{ cost_per_conversion('joined.spend', 'joined.conversions') }} as cpa,
        {{ return_on_investment('joined.revenue', 'joined.spend') }} as roi,
        joined.impressions,
        joined.clicks,
        joined.leads,
        joined.viewable_seconds,
        round(
            cast(joined.clicks as double) / nullif(cast(joined.impressions as double), 0), 6
        ) as click_rate,
        round(
            cast(joined.viewable_seconds as double) / nullif(cast(joined.impressions as double), 0),
            4
        ) as viewable_seconds_per_impression
    from joined
    left join campaigns
        on joined.campaign_key = campaigns.campaign_id

)

select * from campaign_roi
