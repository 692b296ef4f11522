{{ config(**by_day([('ga4', 'event')], days_after=var('repeated_purchase_days'))) }}
{%- set timeout = session_timeout_microseconds() %}

with

web_interactions as (

    select * from {{ ref('web_interactions') }}

),

intent_rules as (

    select * from {{ ref('intent_rules') }}

),

late_events as (

    select * from {{ ref('int_web_events__late_arriving') }}
    where {{ in_rebuilt_days() }}

),

-- Events without a device and a user belong to no session.
events as (

    select
        staged.*,
        {{ to_epoch_microseconds('staged.event_at') }} as event_microseconds,
        {{ has_ga4_session() }} as has_ga4_session,
        {{ unnumbered_visitor() }} as visitor,
        case when staged.event_name = 'page_view' then staged.page_path end as viewed_page,
        case when staged.event_medium = 'referral' then staged.event_source end as referral_source,
        case
            when {{ last_click_medium('staged') }} = 'referral'
                then {{ last_click_source('staged') }}
        end as last_click_referral_source
    from {{ ref('stg_ga4__events') }} as staged
    anti join late_events
        on staged.event_id = late_events.event_id
    where
        {{ in_rebuilt_days() }}
        and (staged.user_pseudo_id is not null or staged.user_id is not null)

),

gap_numbers as (

    select * from {{ ref('int_web_session_gaps__numbered') }}
    where {{ in_rebuilt_days() }}

),

-- Patterns are tried on the few different pages, not on every view of them.
pages as (

    select distinct page_path
    from {{ ref('stg_ga4__events') }}
    where
        {{ in_rebuilt_days() }}
        and event_name = 'page_view'

),

page_intents as (

    select
        pages.page_path,
        min(intent_rules.priority) as intent_priority
    from pages
    inner join intent_rules
        on
            intent_rules.field = 'page'
            and pages.page_path like intent_rules.pattern
    group by pages.page_path

),

own_referrals as (

    select * from {{ ref('int_web_referrals__own') }}
    where {{ in_rebuilt_days() }}

),

described_events as (

    select
        events.*,
        case when events.has_ga4_session then events.ga_session_id end
            as session_number,
        gap_numbers.gap_number,
        events.event_name = 'page_view' as is_page_view,
        own_referrals.source is not null as is_own_referral,
        own_last_clicks.source is not null as is_own_last_click,
        coalesce(web_interactions.touchpoint_type, '') as touchpoint_type,
        coalesce(web_interactions.is_key_event, false) as is_key_event,
        coalesce(least(event_rules.priority, page_intents.intent_priority), 99) as intent_priority
    from events
    left join gap_numbers
        on
            events.event_day = gap_numbers.event_day
            and events.visitor = gap_numbers.visitor
            and cast(floor(events.event_microseconds / {{ timeout }}) as bigint)
            = gap_numbers.bucket
    left join web_interactions
        on events.event_name = web_interactions.event_name
    left join intent_rules as event_rules
        on
            event_rules.field = 'event_name'
            and events.event_name = event_rules.pattern
    left join page_intents
        on events.viewed_page = page_intents.page_path
    left join own_referrals
        on
            events.event_day = own_referrals.event_day
            and events.referral_source = own_referrals.source
            and coalesce(events.page_hostname, '') = own_referrals.page_hostname
    left join own_referrals as own_last_clicks
        on
            events.event_day = own_last_clicks.event_day
            and events.last_click_referral_source = own_last_clicks.source
            and coalesce(events.page_hostname, '') = own_last_clicks.page_hostname

),

-- The event id orders events by time and breaks ties.
session_parts as (

    select
        case
            when visitor is null then {{ ga4_session_part_id('session_number') }}
            else {{ surrogate_key(['visitor', 'gap_number', 'event_day']) }}
        end as session_part_id,
        stream_id,
        user_pseudo_id,
        session_number as ga_session_id,
        visitor,
        min_by(user_id, event_id) filter (where user_id is not null) as first_user_id,
        min_by(transaction_id, event_id) filter (
            where touchpoint_type = 'web_purchase' and transaction_id is not null
        ) as order_id,

        min_by(
            {{
                struct_of([
                    ('landing_hostname', 'page_hostname'),
                    ('device_category', 'device_category'),
                    ('device_operating_system', 'device_operating_system'),
                    ('geo_country', 'geo_country'),
                    ('geo_region', 'geo_region'),
                    ('geo_city', 'geo_city'),
                ])
            }},
            event_id
        ) as first_event,
        min_by(
            {{
                struct_of([
                    ('manual_source', 'session_manual_source'),
                    ('manual_medium', 'session_manual_medium'),
                    ('manual_campaign', 'session_manual_campaign'),
                    ('google_ads_campaign', 'session_google_ads_campaign'),
                    ('google_ads_campaign_id', 'session_google_ads_campaign_id'),
                    ('cross_channel_source', 'session_cross_channel_source'),
                    ('cross_channel_medium', 'session_cross_channel_medium'),
                    ('cross_channel_campaign', 'session_cross_channel_campaign'),
                    ('default_channel_group', 'session_default_channel_group'),
                ])
            }},
            event_id
        ) filter (
            where
            (
                session_manual_source is not null
                or session_google_ads_campaign is not null
                or session_google_ads_campaign_id is not null
                or session_cross_channel_source is not null
            )
            and not is_own_last_click
        ) as last_click,
        min_by(
            {{
                struct_of([
                    ('source', 'event_source'),
                    ('medium', 'event_medium'),
                    ('campaign', 'event_campaign'),
                    ('campaign_id', 'event_campaign_id'),
                    ('google_click_id', 'coalesce(gclid, gbraid, wbraid)'),
                    ('display_click_id', 'dclid'),
                ])
            }},
            event_id
        ) filter (
            where
            event_name not in ('session_start', 'first_visit')
            and (
                event_source not like '(%)'
                or event_medium not like '(%)'
                or coalesce(gclid, gbraid, wbraid, dclid) is not null
            )
            and not is_own_referral
        ) as arrival,
        {{
            list_transform(
                sorted_list(
                    struct_of([
                        ('viewed_microseconds', 'event_microseconds'), ('page', 'viewed_page'),
                    ]),
                    'viewed_page is not null'
                ),
                'element.page'
            )
        }} as pages,

        cast(min(intent_priority) as integer) as intent_priority,
        count(*) as events,
        count(*) filter (where is_page_view) as page_views,
        count(*) filter (where touchpoint_type = 'product_view') as product_views,
        count(*) filter (where touchpoint_type = 'site_search') as site_searches,
        count(*) filter (where touchpoint_type = 'cart_add') as cart_adds,
        count(*) filter (where touchpoint_type like 'checkout%') as checkout_steps,
        count(*) filter (where touchpoint_type = 'web_purchase') as purchases,
        count(*) filter (where is_key_event) as key_events,
        greatest(
            count(*) filter (where is_error_page and is_page_view),
            count(*) filter (where is_error_page and not is_page_view)
        ) as error_pages,
        cast(coalesce(sum(engagement_time_ms), 0) as bigint) as engagement_milliseconds,

        coalesce(
            max(event_at) filter (where user_id is null)
            > min(event_at) filter (where user_id is not null),
            false
        ) as has_events_after_logout,
        bool_or(is_bot) as is_bot,
        bool_or(is_internal) as is_internal,

        min(event_at) as started_at,
        max(event_at) as ended_at,

        max(_loaded_at) as _loaded_at,
        event_day
    from described_events
    group by event_day, stream_id, user_pseudo_id, session_number, visitor, gap_number

)

select * from session_parts
