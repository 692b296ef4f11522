-- Whatever an attribution mart is cut by, it holds all orders and all spend, once for each model;
-- and so do the models' own totals by channel, and the path table they are made of.
with

orders as (

    select
        cast(count(*) as decimal(18, 8)) as conversions,
        cast(coalesce(sum(net_revenue), 0) as decimal(18, 2)) as revenue
    from {{ ref('fct_orders') }}
    where is_conversion

),

spend as (

    select cast(coalesce(sum(cost_amount), 0) as decimal(18, 2)) as spend
    from {{ ref('stg_ads__campaign_days') }}

),

totals as (

    select
        'mart_channel_attribution' as mart,
        model,
        sum(conversions) as conversions,
        sum(revenue) as revenue,
        sum(spend) as spend
    from {{ ref('mart_channel_attribution') }}
    group by model
    union all
    select
        'mart_campaign_roi' as mart,
        model,
        sum(conversions) as conversions,
        sum(revenue) as revenue,
        sum(spend) as spend
    from {{ ref('mart_campaign_roi') }}
    group by model
    union all
    select
        'mart_attribution_comparison' as mart,
        model,
        sum(conversions) as conversions,
        sum(revenue) as revenue,
        cast(null as decimal(18, 2)) as spend
    from {{ ref('mart_attribution_comparison') }}
    group by model
    union all
    select
        'mart_attribution_paths' as mart,
        cast(null as string) as model,
        cast(sum(conversions) as decimal(18, 8)) as conversions,
        sum(revenue) as revenue,
        cast(null as decimal(18, 2)) as spend
    from {{ ref('mart_attribution_paths') }}
    union all
    select
        'mart_markov_removal_effects' as mart,
        cast(null as string) as model,
        cast(round(sum(credit_conversions), 4) as decimal(18, 8)) as conversions,
        sum(credit_revenue) as revenue,
        cast(null as decimal(18, 2)) as spend
    from {{ ref('mart_markov_removal_effects') }}
    union all
    select
        'mart_shapley_values' as mart,
        cast(null as string) as model,
        cast(round(sum(credit_conversions), 4) as decimal(18, 8)) as conversions,
        sum(credit_revenue) as revenue,
        cast(null as decimal(18, 2)) as spend
    from {{ ref('mart_shapley_values') }}

),

faults as (

    select
        totals.*,
        orders.conversions as all_conversions,
        orders.revenue as all_revenue,
        spend.spend as all_spend
    from totals
    cross join orders
    cross join spend
    where
        totals.conversions <> orders.conversions
        or totals.revenue <> orders.revenue
        or totals.spend <> spend.spend

)

select * from faults
