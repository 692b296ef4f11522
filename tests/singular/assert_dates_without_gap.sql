-- A missing day would drop facts from every mart that joins the calendar.
with

dates as (

    select * from {{ ref('dim_dates') }}

),

covered as (

    select
        count(*) as days,
        {{ days_between('min(calendar_date)', 'max(calendar_date)') }} + 1 as days_from_first_to_last,
        sum(hours_in_day) as hours_in_all,
        ({{ to_epoch_microseconds('max(ends_at)') }} - {{ to_epoch_microseconds('min(starts_at)') }})
        / 3600000000 as hours_from_first_to_last
    from dates

),

gaps as (

    select *
    from covered
    where
        days != days_from_first_to_last
        or hours_in_all != hours_from_first_to_last

)

select * from gaps
