{{ config(**by_day([('ga4', 'event')], days_after=var('repeated_purchase_days'))) }}

with

late_events as (

    select * from {{ ref('int_web_events__late_arriving') }}
    where {{ in_rebuilt_days() }}

),

session_parts as (

    select *
    from {{ ref('int_web_session_parts__aggregated') }}
    where {{ in_rebuilt_days() }}

),

-- Only page views, and events that say how long a page was in view.
events as (

    select
        staged.event_id,
        staged.stream_id,
        staged.user_pseudo_id,
        staged.ga_session_id,
        staged.page_path,
        staged.event_name = 'page_view' and staged.page_path is not null as is_page_view,
        staged.engagement_time_ms,
        {{ unnumbered_visitor() }} as visitor,
        staged.event_at,
        staged._loaded_at,
        staged.event_day
    from {{ ref('stg_ga4__events') }} as staged
    anti join late_events
        on staged.event_id = late_events.event_id
    where
        {{ in_rebuilt_days() }}
        and (staged.user_pseudo_id is not null or staged.user_id is not null)
        and (
            (staged.event_name = 'page_view' and staged.page_path is not null)
            or staged.engagement_time_ms > 0
        )

),

-- The few without a session's number find their part by their time.
events_of_parts as (

    select
        event_id,
        {{ ga4_session_part_id() }} as session_part_id,
        page_path,
        is_page_view,
        engagement_time_ms,
        event_at,
        _loaded_at,
        event_day
    from events
    where visitor is null

    union all

    select
        events.event_id,
        session_parts.session_part_id,
        events.page_path,
        events.is_page_view,
        events.engagement_time_ms,
        events.event_at,
        events._loaded_at,
        events.event_day
    from events
    inner join session_parts
        on
            events.event_day = session_parts.event_day
            and events.visitor = session_parts.visitor
            and events.event_at between session_parts.started_at and session_parts.ended_at

),

-- Events are ordered by time, then, as in the sessions, two views of one moment by their path. Time
-- that comes with a view belongs to the page before it.
numbered_events as (

    select
        *,
        sum(case when is_page_view then 1 else 0 end) over (
            partition by session_part_id
            order by event_at, is_page_view, page_path, event_id
            rows between unbounded preceding and current row
        ) as views_so_far
    from events_of_parts

),

seconds_in_view as (

    select
        session_part_id,
        case when is_page_view then views_so_far - 1 else views_so_far end as view_number,
        sum(engagement_time_ms) as engagement_milliseconds
    from numbered_events
    where engagement_time_ms > 0
    group by
        session_part_id,
        case when is_page_view then views_so_far - 1 else views_so_far end

),

page_views as (

    select
        event_id,
        session_part_id,
        page_path,
        views_so_far as view_number,
        event_at,
        _loaded_at,
        event_day
    from numbered_events
    where is_page_view

),

timed as (

    select
        page_views.event_id,
        page_views.session_part_id,

        page_views.page_path,

        cast(page_views.view_number as integer) as view_number,
        cast(floor(seconds_in_view.engagement_milliseconds / 1000) as bigint) as dwell_seconds,

        page_views.event_at,

        page_views._loaded_at,
        page_views.event_day
    from page_views
    left join seconds_in_view
        on
            page_views.session_part_id = seconds_in_view.session_part_id
            and page_views.view_number = seconds_in_view.view_number

)

select * from timed
