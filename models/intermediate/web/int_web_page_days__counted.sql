{{ config(**by_day(
    [('ga4', 'event')], days_before=2, days_after=2 + var('repeated_purchase_days')
)) }}

with

sessions as (

    select
        session_id,
        second_part_id,
        is_bounce,
        is_excluded,
        started_date,
        _loaded_at,
        event_day
    from {{ ref('int_web_sessions__classified') }}
    where {{ in_rebuilt_days() }}

),

page_views as (

    select *
    from {{ ref('int_web_page_views__timed') }}
    where {{ in_rebuilt_days(1) }}

),

sessions_by_part as (

    select
        session_id as session_part_id,
        1 as part_number,
        sessions.*
    from sessions

    union all

    select
        second_part_id as session_part_id,
        2 as part_number,
        sessions.*
    from sessions
    where second_part_id is not null

),

-- A session that crosses midnight belongs to its first day.
views_of_sessions as (

    select
        sessions_by_part.session_id,
        page_views.page_path,
        page_views.dwell_seconds,
        row_number() over (
            partition by sessions_by_part.session_id
            order by sessions_by_part.part_number, page_views.view_number
        ) as view_number,
        row_number() over (
            partition by sessions_by_part.session_id, page_views.page_path
            order by sessions_by_part.part_number, page_views.view_number
        ) as view_number_of_page,
        lead(page_views.page_path) over (
            partition by sessions_by_part.session_id
            order by sessions_by_part.part_number, page_views.view_number
        ) as next_page_path,
        sessions_by_part.is_bounce,
        sessions_by_part.is_excluded,
        sessions_by_part.started_date,
        sessions_by_part._loaded_at,
        sessions_by_part.event_day
    from page_views
    inner join sessions_by_part
        on page_views.session_part_id = sessions_by_part.session_part_id

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
