-- A missing day would drop facts from every mart that joins the calendar.
with

dates as (

    select * from {{ ref('dim_dates') }}

),

bounds as (

    select
        min(calendar_date) as first_day,
        max(calendar_date) as last_day,
        min(starts_at) as first_instant,
        max(ends_at) as last_instant,
        sum(hours_in_day) as hours_of_days,
        count(*) as days
    from dates

),

gaps as (

    select *
    from bounds
    where
        days != {{ days_between('first_day', 'last_day') }} + 1
        or hours_of_days * 3600 != {{ seconds_between('first_instant', 'last_instant') }}

)

select * from gaps
