{{ config(**by_day([('ga4', 'event')], days_after=var('repeated_purchase_days'))) }}

with

late_events as (

    select * from {{ ref('int_web_events__late_arriving') }}
    where {{ in_rebuilt_days() }}

),

session_parts as (

    select * from {{ ref('int_web_session_parts__aggregated') }}
    where {{ in_rebuilt_days() }}

),

web_interactions as (

    select * from {{ ref('web_interactions') }}

),

selected_events as (

    select
        events.*,
        web_interactions.touchpoint_type,
        web_interactions.is_key_event,
        {{ unnumbered_visitor() }} as visitor,
        case
            when {{ list_length('events.items') }} = 1 then {{ list_element('events.items', 1) }}
        end as only_item
    from {{ ref('stg_ga4__events') }} as events
    inner join web_interactions
        on events.event_name = web_interactions.event_name
    anti join late_events
        on events.event_id = late_events.event_id
    where
        {{ in_rebuilt_days() }}
        and (events.user_pseudo_id is not null or events.user_id is not null)

),

-- The few without a session's number find their part by their time.
events_with_parts as (

    select
        selected_events.*,
        {{ ga4_session_part_id() }} as session_part_id
    from selected_events
    where visitor is null

    union all

    select
        selected_events.*,
        session_parts.session_part_id
    from selected_events
    inner join session_parts
        on
            selected_events.event_day = session_parts.event_day
            and selected_events.visitor = session_parts.visitor
            and selected_events.event_at between session_parts.started_at and session_parts.ended_at

),

-- A row without a user id belongs to the login that follows in its part of the session. Before the
-- first login that is simply its user; after a logout the rows must be put in order.
parts_with_users as (

    select * from session_parts
    where first_user_id is not null

),

parts_with_logouts as (

    select * from parts_with_users
    where has_events_after_logout

),

events_of_devices as (

    select *
    from {{ ref('stg_ga4__events') }}
    where
        {{ in_rebuilt_days() }}
        and user_pseudo_id is not null

),

events_of_parts_with_logouts as (

    select
        parts_with_logouts.session_part_id,
        events.event_id,
        events.user_id
    from events_of_devices as events
    inner join parts_with_logouts
        on
            events.event_day = parts_with_logouts.event_day
            and events.user_pseudo_id = parts_with_logouts.user_pseudo_id
            and coalesce(events.stream_id, '') = coalesce(parts_with_logouts.stream_id, '')
            and events.event_at
            between parts_with_logouts.started_at and parts_with_logouts.ended_at
            and (
                events.ga_session_id = parts_with_logouts.ga_session_id
                or (events.ga_session_id is null and parts_with_logouts.ga_session_id is null)
            )
    anti join late_events
        on events.event_id = late_events.event_id

),

following_users as (

    select
        session_part_id,
        event_id,
        min(
            case
                when user_id is not null
                    then {{ struct_of([('event_id', 'event_id'), ('user_id', 'user_id')]) }}
            end
        ) over (
            partition by session_part_id
            order by event_id
            rows between current row and unbounded following
        ) as following_user
    from events_of_parts_with_logouts

),

interactions as (

    select
        events_with_parts.event_id,
        events_with_parts.session_part_id,
        events_with_parts.stream_id,
        events_with_parts.user_pseudo_id,
        case
            when events_with_parts.user_id is not null then events_with_parts.user_id
            when parts_with_users.has_events_after_logout
                then following_users.following_user.user_id
            else parts_with_users.first_user_id
        end as user_id,
        coalesce(events_with_parts.only_item.item_id, events_with_parts.content_id) as product_id,
        events_with_parts.transaction_id as order_id,

        events_with_parts.event_name,
        events_with_parts.touchpoint_type,
        events_with_parts.page_path,
        events_with_parts.only_item.item_category as product_category,
        events_with_parts.search_term,
        events_with_parts.method,
        events_with_parts.form_id,
        events_with_parts.currency_code,

        events_with_parts.event_value,

        events_with_parts.is_key_event,
        events_with_parts.is_bot,
        events_with_parts.is_internal,

        events_with_parts.event_at,

        events_with_parts._loaded_at,
        events_with_parts.event_day
    from events_with_parts
    left join parts_with_users
        on events_with_parts.session_part_id = parts_with_users.session_part_id
    left join following_users
        on events_with_parts.event_id = following_users.event_id

)

select * from interactions
