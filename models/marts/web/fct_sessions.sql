{{ config(materialized=view_or_table()) }}

with

sessions as (

    select * from {{ ref('int_web_sessions__classified') }}

),

last_non_direct as (

    select * from {{ ref('int_web_sessions__last_non_direct') }}

),

campaign_names as (

    select * from {{ ref('int_campaign_names__resolved') }}

),

identifiers as (

    select * from {{ ref('int_identifiers__resolved') }}

),

sessions_of_persons as (

    select
        sessions.session_id,
        coalesce(identifiers.person_id, sessions.identifier_id) as person_id,
        sessions.identifier_id,
        sessions.order_id,
        coalesce(sessions.campaign_id, campaign_names.campaign_id) as campaign_id,

        sessions.source,
        sessions.medium,
        sessions.campaign,
        sessions.channel,
        last_non_direct.last_non_direct_source,
        last_non_direct.last_non_direct_medium,
        last_non_direct.last_non_direct_campaign,
        last_non_direct.last_non_direct_channel,
        sessions.landing_hostname,
        sessions.landing_page,
        sessions.exit_page,
        sessions.intent,
        sessions.device_category,
        sessions.country,
        sessions.city,

        sessions.events,
        sessions.page_views,
        sessions.product_views,
        sessions.site_searches,
        sessions.cart_adds,
        sessions.checkout_steps,
        sessions.purchases,
        sessions.key_events,
        sessions.error_pages,
        sessions.engagement_seconds,
        {{ local_hour('sessions.started_at') }} as started_hour,
        {{ weekday_of('sessions.started_date') }} as started_weekday,
        sessions.confusion_index,

        sessions.engaged,
        sessions.is_bounce,
        sessions.has_own_source,
        sessions.is_gap_session,
        sessions.is_bot,
        sessions.is_internal,
        sessions.exclusion_reason,
        sessions.is_excluded,

        sessions.started_at,
        sessions.ended_at,
        sessions.started_date
    from sessions
    left join last_non_direct
        on sessions.session_id = last_non_direct.session_id
    left join identifiers
        on sessions.identifier_id = identifiers.identifier_id
    left join campaign_names
        on
            case when sessions.campaign_id is null then sessions.campaign end
            = campaign_names.campaign

)

select * from sessions_of_persons
