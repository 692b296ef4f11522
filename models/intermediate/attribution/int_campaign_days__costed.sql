{{ config(materialized=view_or_table()) }}

with

campaign_days as (

    select * from {{ ref('stg_ads__campaign_days') }}

),

grouped as (

    select
        campaign_day_id,
        channel
    from {{ ref('int_campaign_days__grouped') }}

),

costed as (

    select
        campaign_days.campaign_day_id,

        campaign_days.campaign_id,

        campaign_days.campaign_kind,
        grouped.channel,
        campaign_days.spend_date,
        {{ month_of('campaign_days.spend_date') }} as spend_month,

        campaign_days.cost_amount,
        campaign_days.impressions,
        campaign_days.clicks,
        campaign_days.leads,
        campaign_days.viewable_seconds
    from campaign_days
    inner join grouped
        on campaign_days.campaign_day_id = grouped.campaign_day_id

)

select * from costed
