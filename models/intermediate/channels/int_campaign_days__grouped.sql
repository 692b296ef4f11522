with

campaign_days as (

    select * from {{ ref('stg_ads__campaign_days') }}

),

booked_media as (

    select * from {{ ref('booked_media') }}

),

visits as (

    select
        source,
        medium,
        campaign_name as campaign,
        campaign_kind as ad_network_channel,
        spend_date as visit_date
    from campaign_days

),

channels as (

    {{ channels_of('visits') }}

),

grouped as (

    select
        campaign_days.campaign_day_id,

        campaign_days.campaign_id,

        campaign_days.spend_date,
        campaign_days.platform,
        campaign_days.campaign_name,
        campaign_days.campaign_kind,
        campaign_days.source,
        campaign_days.medium,
        coalesce(booked_media.channel, channels.channel, 'Unassigned') as channel,

        campaign_days._loaded_at
    from campaign_days
    left join booked_media
        on campaign_days.campaign_kind = booked_media.campaign_kind
    left join channels
        on
            campaign_days.spend_date = channels.visit_date
            and campaign_days.source is not distinct from channels.source
            and campaign_days.medium is not distinct from channels.medium
            and campaign_days.campaign_name is not distinct from channels.campaign
            and campaign_days.campaign_kind is not distinct from channels.ad_network_channel

)

select * from grouped
