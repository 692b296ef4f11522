{{ config(**by_day(
    [('ga4', 'event')], days_before=2, days_after=2 + var('repeated_purchase_days')
)) }}

with

session_parts as (

    select *
    from {{ ref('int_web_session_parts__mapped') }}
    where {{ in_rebuilt_days() }}

),

page_views as (

    select *
    from {{ ref('int_web_page_views__timed') }}
    where {{ in_rebuilt_days(1) }}

),

-- A session that crosses midnight belongs to its first day.
views_of_sessions as (

    select
        session_parts.session_id,
        page_views.page_path,
        page_views.dwell_seconds,
        row_number() over (
            partition by session_parts.session_id
            order by session_parts.part_number, page_views.view_number
        ) as view_number,
        row_number() over (
            partition by session_parts.session_id, page_views.page_path
            order by session_parts.part_number, page_views.view_number
        ) as view_number_of_page,
        lead(page_views.page_path) over (
            partition by session_parts.session_id
            order by session_parts.part_number, page_views.view_number
        ) as next_page_path,
        session_parts.is_bounce,
        session_parts.is_excluded,
        session_parts.started_date,
        session_parts._loaded_at,
        session_parts.event_day
    from page_views
    inner join session_parts
        on page_views.session_part_id = session_parts.session_part_id

),

counted as (

    select
        {{
            surrogate_key([
                'event_day', 'started_date', 'page_path', 'next_page_path', 'dwell_seconds',
                'is_excluded'
            ])
        }} as page_day_id,

        page_path,
        next_page_path,
        dwell_seconds,

        count(*) as views,
        cast(sum(case when view_number_of_page = 1 then 1 else 0 end) as bigint) as sessions,
        cast(sum(case when view_number = 1 then 1 else 0 end) as bigint) as entrances,
        cast(sum(case when next_page_path is null then 1 else 0 end) as bigint) as exits,
        cast(sum(case when view_number = 1 and is_bounce then 1 else 0 end) as bigint) as bounces,

        is_excluded,

        started_date,

        max(_loaded_at) as _loaded_at,
        event_day
    from views_of_sessions
    group by
        page_path,
        next_page_path,
        dwell_seconds,
        is_excluded,
        started_date,
        event_day

)

select * from counted
