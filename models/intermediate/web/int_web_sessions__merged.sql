{{ config(**by_day(
    [('ga4', 'event')], days_before=2, days_after=2 + var('repeated_purchase_days')
)) }}

with

parts as (

    select * from {{ ref('int_web_session_parts__aggregated') }}
    where {{ in_rebuilt_days(2) }}

),

-- A part continues on the next day: it has the same number or, without one, no gap that ends a
-- session.
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

-- No session crosses more than one midnight: a longer run is split at each of them.
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

)

select * from whole_sessions
