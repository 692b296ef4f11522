{{ config(**by_day(
    [('ga4', 'event')], days_before=2, days_after=2 + var('repeated_purchase_days')
)) }}

with

parts as (

    select * from {{ ref('int_web_session_parts__aggregated') }}
    where {{ in_rebuilt_days(2) }}

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

-- A part goes on on the next day: the same number, or without one no gap that ends a session.
continuations as (

    select
        earlier.session_part_id as earlier_part_id,
        later.session_part_id as later_part_id
    from parts as earlier
    inner join parts as later
        on
            coalesce(earlier.stream_id, '') = coalesce(later.stream_id, '')
            and earlier.user_pseudo_id = later.user_pseudo_id
            and earlier.ga_session_id = later.ga_session_id
            and earlier.event_day = later.event_day - interval 1 day
    where earlier.visitor is null

    union all

    select
        earlier.session_part_id as earlier_part_id,
        later.session_part_id as later_part_id
    from parts as earlier
    inner join parts as later
        on
            earlier.visitor = later.visitor
            and earlier.event_day = later.event_day - interval 1 day
    where
        {{ to_epoch_microseconds('later.started_at') }}
        - {{ to_epoch_microseconds('earlier.ended_at') }}
        <= {{ session_timeout_microseconds() }}

),

-- Over more than one midnight no session goes on: such a run is cut at each of them.
joined_parts as (

    select continuations.*
    from continuations
    anti join continuations as before
        on continuations.earlier_part_id = before.later_part_id
    anti join continuations as after
        on continuations.later_part_id = after.earlier_part_id

),

first_parts as (

    select parts.*
    from parts
    anti join joined_parts
        on parts.session_part_id = joined_parts.later_part_id
    where {{ in_rebuilt_days() }}

),

second_parts as (

    select
        joined_parts.earlier_part_id,
        parts.*
    from parts
    inner join joined_parts
        on parts.session_part_id = joined_parts.later_part_id

),

whole_sessions as (

    select
        first_parts.session_part_id as session_id,
        second_parts.session_part_id as second_part_id,
        first_parts.stream_id,
        first_parts.user_pseudo_id,
        first_parts.ga_session_id,
        coalesce(first_parts.first_user_id, second_parts.first_user_id) as user_id,
        second_parts.first_user_id as second_part_user_id,
        coalesce(first_parts.order_id, second_parts.order_id) as order_id,

        first_parts.first_event,
        coalesce(first_parts.last_click, second_parts.last_click) as last_click,
        coalesce(first_parts.arrival, second_parts.arrival) as arrival,
        {{ list_append('first_parts.pages', 'second_parts.pages') }} as pages,

        least(
            first_parts.intent_priority,
            coalesce(second_parts.intent_priority, first_parts.intent_priority)
        ) as intent_priority,
        first_parts.events + coalesce(second_parts.events, 0) as events,
        first_parts.page_views + coalesce(second_parts.page_views, 0) as page_views,
        first_parts.product_views + coalesce(second_parts.product_views, 0) as product_views,
        first_parts.site_searches + coalesce(second_parts.site_searches, 0) as site_searches,
        first_parts.cart_adds + coalesce(second_parts.cart_adds, 0) as cart_adds,
        first_parts.checkout_steps + coalesce(second_parts.checkout_steps, 0) as checkout_steps,
        first_parts.purchases + coalesce(second_parts.purchases, 0) as purchases,
        first_parts.key_events + coalesce(second_parts.key_events, 0) as key_events,
        first_parts.error_pages + coalesce(second_parts.error_pages, 0) as error_pages,
        first_parts.engagement_milliseconds + coalesce(second_parts.engagement_milliseconds, 0)
            as engagement_milliseconds,

        first_parts.visitor is not null as is_gap_session,
        first_parts.is_bot or coalesce(second_parts.is_bot, false) as is_bot,
        first_parts.is_internal or coalesce(second_parts.is_internal, false) as is_internal,

        first_parts.started_at,
        coalesce(second_parts.ended_at, first_parts.ended_at) as ended_at,

        case
            when second_parts._loaded_at > first_parts._loaded_at then second_parts._loaded_at
            else first_parts._loaded_at
        end as _loaded_at,
        first_parts.event_day
    from first_parts
    left join second_parts
        on first_parts.session_part_id = second_parts.earlier_part_id

),

-- What brought the session by its own events: a click id says more than the tags beside it.
with_tags as (

    select
        *,
        {{ traffic_text('arrival.source') }} as tagged_source,
        {{ traffic_text('arrival.medium') }} as tagged_medium,
        {{ traffic_text('arrival.campaign') }} as tagged_campaign,
        arrival.google_click_id is not null as has_google_click,
        arrival.google_click_id is not null or arrival.display_click_id is not null as has_click,
        arrival is not null as has_own_source
    from whole_sessions

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
        *,
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
        event_day as visit_date
    from with_sources

),

channels as (

    {{ channels_of('sourced_sessions') }}

),

-- Going astray shows in the pages, reloads aside: seen again, to and back.
walks as (

    select
        *,
        case when page_views >= 3 then {{ list_without_repeats('pages') }} else pages end as walk
    from sourced_sessions

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
        {{
            web_identifier_id(
                'counted_walks.user_id', 'counted_walks.stream_id', 'counted_walks.user_pseudo_id'
            )
        }} as identifier_id,

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
        {{ exclusion_reason(['internal', 'bot'], 'counted_walks') }} is not null as is_excluded,

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
            and {{ same_traffic('counted_walks', 'channels') }}
    left join intents
        on counted_walks.intent_priority = intents.priority

)

select * from sessions
