with

page_days as (

    select
        {{ month_of('started_date') }} as month,
        page_path,
        next_page_path,
        dwell_seconds,
        views,
        sessions,
        entrances,
        exits,
        bounces
    from {{ ref('int_web_page_days__counted') }}
    where not is_excluded

),

pages as (

    select
        month,
        page_path,
        cast(sum(views) as bigint) as views,
        cast(sum(sessions) as bigint) as sessions,
        cast(sum(entrances) as bigint) as entrances,
        cast(sum(exits) as bigint) as exits,
        cast(sum(bounces) as bigint) as bounces
    from page_days
    group by month, page_path

),

dwell_times as (

    select
        month,
        page_path,
        dwell_seconds,
        sum(views) as views
    from page_days
    where dwell_seconds is not null
    group by month, page_path, dwell_seconds

),

cumulated_dwell_times as (

    select
        month,
        page_path,
        dwell_seconds,
        sum(views) over (
            partition by month, page_path
            order by dwell_seconds
            rows between unbounded preceding and current row
        ) as views_so_far,
        sum(views) over (partition by month, page_path) as views_timed
    from dwell_times

),

-- The middle one of the views, or the mean of the middle two.
median_dwell_times as (

    select
        month,
        page_path,
        max(views_timed) as timed_views,
        (
            min(case when 2 * views_so_far >= views_timed then dwell_seconds end)
            + min(case when 2 * views_so_far > views_timed then dwell_seconds end)
        ) * 0.5 as median_dwell_seconds
    from cumulated_dwell_times
    group by month, page_path

),

next_pages as (

    select
        month,
        page_path,
        next_page_path,
        sum(views) as next_views
    from page_days
    where next_page_path is not null
    group by month, page_path, next_page_path
    qualify
        row_number() over (
            partition by month, page_path
            order by next_views desc, next_page_path asc
        ) = 1

),

page_exits as (

    select
        pages.month,
        pages.page_path as page,

        pages.views,
        pages.sessions,
        pages.entrances,
        pages.exits,
        {{ ratio('pages.exits', 'pages.views') }} as exit_rate,
        pages.bounces,
        {{ ratio('pages.bounces', 'pages.entrances') }} as bounce_rate,
        cast(coalesce(median_dwell_times.timed_views, 0) as bigint) as timed_views,
        cast(median_dwell_times.median_dwell_seconds as decimal(18, 1)) as median_dwell_seconds,
        next_pages.next_page_path as most_frequent_next_page,
        {{ ratio('next_pages.next_views', 'pages.views') }} as most_frequent_next_page_share,
        cast(row_number() over (
            partition by pages.month
            order by -pages.views, pages.page_path
        ) as bigint) as popularity_rank
    from pages
    left join median_dwell_times
        on
            pages.month = median_dwell_times.month
            and pages.page_path = median_dwell_times.page_path
    left join next_pages
        on
            pages.month = next_pages.month
            and pages.page_path = next_pages.page_path

)

select * from page_exits
