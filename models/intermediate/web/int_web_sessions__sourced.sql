{{ config(materialized='view') }}

with

sessions as (

    select * from {{ ref('int_web_sessions__merged') }}

),

-- The source by the session's own events: a click id says more than the tags.
with_tags as (

    select
        *,
        {{ traffic_text('arrival.source') }} as tagged_source,
        {{ traffic_text('arrival.medium') }} as tagged_medium,
        {{ traffic_text('arrival.campaign') }} as tagged_campaign,
        arrival.google_click_id is not null as has_google_click,
        arrival.google_click_id is not null or arrival.display_click_id is not null as has_click,
        arrival is not null as has_own_source
    from sessions

),

with_arrivals as (

    select
        *,
        case
            when has_click and {{ click_decides('tagged_source', 'tagged_medium') }} then 'google'
            else tagged_source
        end as arrival_source,
        case
            when not has_click or not ({{ click_decides('tagged_source', 'tagged_medium') }})
                then tagged_medium
            when has_google_click then 'cpc'
            else 'display'
        end as arrival_medium
    from with_tags

),

-- What GA4 says of the last click, over all channels or, in older exports, by tags alone.
with_last_clicks as (

    select
        *,
        case
            when {{ google_ads_decide('last_click') }} then 'google'
            when last_click.cross_channel_source is not null
                then {{ traffic_text('last_click.cross_channel_source') }}
            else {{ traffic_text('last_click.manual_source') }}
        end as last_click_source,
        case
            when {{ google_ads_decide('last_click') }} then 'cpc'
            when last_click.cross_channel_source is not null
                then {{ traffic_text('last_click.cross_channel_medium') }}
            else {{ traffic_text('last_click.manual_medium') }}
        end as last_click_medium,
        coalesce(
            {{ traffic_text('last_click.google_ads_campaign') }},
            {{ traffic_text('last_click.cross_channel_campaign') }},
            {{ traffic_text('last_click.manual_campaign') }}
        ) as last_click_campaign
    from with_arrivals

),

-- The last click counts where the export has it, but a click id never leaves a session organic.
with_deciding_side as (

    select
        *,
        last_click is not null
        and not (
            has_click
            and coalesce(last_click_medium, 'organic') = 'organic'
        ) as is_by_last_click
    from with_last_clicks

),

with_sources as (

    select
        *,
        case when is_by_last_click then last_click_source else arrival_source end as known_source,
        case when is_by_last_click then last_click_medium else arrival_medium end as known_medium,
        case when is_by_last_click then last_click_campaign else tagged_campaign end as campaign,
        case
            when not is_by_last_click then arrival.campaign_id
            when last_click.google_ads_campaign_id is not null
                then last_click.google_ads_campaign_id
            when tagged_source = last_click_source then arrival.campaign_id
        end as campaign_id,
        case when is_by_last_click then last_click.default_channel_group end as ad_network_channel
    from with_deciding_side

),

sourced_sessions as (

    select
        session_id,

        case
            when known_source is not null then known_source
            when known_medium is not null then '(not set)'
            else '(direct)'
        end as source,
        case
            when known_medium is not null then known_medium
            when known_source is not null then '(not set)'
            else '(none)'
        end as medium,
        campaign,
        campaign_id,
        ad_network_channel,

        has_own_source,
        is_by_last_click,

        event_day
    from with_sources

)

select * from sourced_sessions
