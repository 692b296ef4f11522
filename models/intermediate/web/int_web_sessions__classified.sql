{{ config(**by_day(
    [('ga4', 'event')], days_before=2, days_after=2 + var('repeated_purchase_days')
)) }}

with

merged_sessions as (

    select * from {{ ref('int_web_sessions__merged') }}
    where {{ in_rebuilt_days() }}

),

sourced_sessions as (

    select
        *,
        event_day as visit_date
    from {{ ref('int_web_sessions__sourced') }}
    where {{ in_rebuilt_days() }}

),

intents as (

    select distinct
        priority,
        intent
    from {{ ref('intent_rules') }}

),

confusion_weights as (

    select
        sum(case when signal = 'page_revisit' then weight else 0 end) as page_revisit,
        sum(case when signal = 'back_and_forth' then weight else 0 end) as back_and_forth,
        sum(case when signal = 'repeated_search' then weight else 0 end) as repeated_search,
        sum(case when signal = 'error_page' then weight else 0 end) as error_page
    from {{ ref('confusion_weights') }}

),

channels as (

    {{ channels_of('sourced_sessions') }}

),

-- Going astray shows in the pages, reloads aside: seen again, to and back.
walks as (

    select
        merged_sessions.*,
        sourced_sessions.source,
        sourced_sessions.medium,
        sourced_sessions.campaign,
        sourced_sessions.campaign_id,
        sourced_sessions.ad_network_channel,
        sourced_sessions.has_own_source,
        sourced_sessions.is_by_last_click,
        sourced_sessions.visit_date,
        case
            when merged_sessions.page_views >= 3
                then {{ list_without_repeats('merged_sessions.pages') }}
            else merged_sessions.pages
        end as walk
    from merged_sessions
    inner join sourced_sessions
        on merged_sessions.session_id = sourced_sessions.session_id

),

counted_walks as (

    select
        *,
        case
            when page_views >= 3
                then {{ list_length('walk') }} - {{ list_distinct_length('walk') }}
            else 0
        end as page_revisits,
        case when page_views >= 3 then {{ list_returns('walk') }} else 0 end as back_and_forths,
        case when site_searches > 1 then site_searches - 1 else 0 end as repeated_searches,
        cast(floor(engagement_milliseconds / 1000) as bigint) as engagement_seconds,
        engagement_milliseconds > {{ var('engaged_session_seconds') }} * 1000
        or key_events > 0
        or page_views >= {{ var('engaged_session_page_views') }} as engaged
    from walks

),

sessions as (

    select
        counted_walks.session_id,
        counted_walks.second_part_id,
        counted_walks.stream_id,
        counted_walks.user_pseudo_id,
        counted_walks.ga_session_id,
        counted_walks.user_id,
        counted_walks.second_part_user_id,
        counted_walks.order_id,
        counted_walks.campaign_id,
        {{
            identifier_id(
                'device', device_value('counted_walks.stream_id', 'counted_walks.user_pseudo_id')
            )
        }} as device_identifier_id,
        coalesce(
            {{ login_identifier_id('counted_walks.user_id') }},
            {{
                identifier_id(
                    'device',
                    device_value('counted_walks.stream_id', 'counted_walks.user_pseudo_id')
                )
            }}
        ) as identifier_id,

        counted_walks.source,
        counted_walks.medium,
        counted_walks.campaign,
        channels.channel,
        {{ list_element('counted_walks.pages', 1) }} as landing_page,
        {{ list_element('counted_walks.pages', list_length('counted_walks.pages')) }} as exit_page,
        counted_walks.first_event.landing_hostname as landing_hostname,
        counted_walks.first_event.device_category as device_category,
        counted_walks.first_event.device_operating_system as device_operating_system,
        counted_walks.first_event.geo_country as country,
        counted_walks.first_event.geo_region as region,
        counted_walks.first_event.geo_city as city,
        coalesce(intents.intent, 'none') as intent,

        counted_walks.events,
        counted_walks.page_views,
        counted_walks.product_views,
        counted_walks.site_searches,
        counted_walks.cart_adds,
        counted_walks.checkout_steps,
        counted_walks.purchases,
        counted_walks.key_events,
        cast(counted_walks.page_revisits as bigint) as page_revisits,
        cast(counted_walks.back_and_forths as bigint) as back_and_forths,
        cast(counted_walks.repeated_searches as bigint) as repeated_searches,
        counted_walks.error_pages,
        counted_walks.engagement_seconds,
        round(
            counted_walks.page_revisits * confusion_weights.page_revisit
            + counted_walks.back_and_forths * confusion_weights.back_and_forth
            + counted_walks.repeated_searches * confusion_weights.repeated_search
            + counted_walks.error_pages * confusion_weights.error_page,
            4
        ) as confusion_index,

        counted_walks.engaged,
        not counted_walks.engaged as is_bounce,
        counted_walks.has_own_source,
        counted_walks.is_by_last_click,
        counted_walks.is_gap_session,
        counted_walks.is_bot,
        counted_walks.is_internal,
        {{ exclusion_reason(['internal', 'bot'], 'counted_walks') }} as exclusion_reason,
        exclusion_reason is not null as is_excluded,

        counted_walks.started_at,
        counted_walks.ended_at,
        {{ local_date('counted_walks.started_at') }} as started_date,

        counted_walks._loaded_at,
        counted_walks.event_day
    from counted_walks
    cross join confusion_weights
    left join channels
        on
            counted_walks.visit_date = channels.visit_date
            and counted_walks.source is not distinct from channels.source
            and counted_walks.medium is not distinct from channels.medium
            and counted_walks.campaign is not distinct from channels.campaign
            and counted_walks.ad_network_channel is not distinct from channels.ad_network_channel
    left join intents
        on counted_walks.intent_priority = intents.priority

)

select * from sessions
