with

calendar_names as (

    select * from {{ ref('calendar_names') }}

),

-- Day zero holds rows without a date.
file_days as (

    select
        nullif(event_day, date '1970-01-01') as event_day,
        cast(loaded_at as date) as landed_day
    from {{ ref('stg_landing__file_days') }}

),

-- Whole years, one more on each side: a promised delivery or a birthday lies outside the data. If
-- no row has a date, the day on which the first file landed is used.
bounds as (

    select
        make_date(year(coalesce(min(event_day), min(landed_day))) - 1, 1, 1) as first_day,
        make_date(year(coalesce(max(event_day), min(landed_day))) + 1, 12, 31) as last_day
    from file_days

),

days as (

    select {{ each_day('first_day', 'last_day') }} as calendar_date
    from bounds

),

parts as (

    select
        calendar_date,
        {{ add_days('calendar_date', 1) }} as next_date,
        year(calendar_date) as calendar_year,
        month(calendar_date) as month_number,
        day(calendar_date) as day_of_month,
        make_date(year(calendar_date), 1, 1) as first_of_year,
        {{ weekday_of('calendar_date') }} as day_of_week
    from days

),

-- The Thursday of a week says which year and week it is in ISO 8601.
with_bounds as (

    select
        *,
        {{ add_days('calendar_date', '4 - day_of_week') }} as thursday,
        {{ start_of_day('calendar_date') }} as starts_at,
        {{ start_of_day('next_date') }} as ends_at
    from parts

),

years as (

    select distinct calendar_year
    from parts

),

holidays as (

    select
        public_holidays.name_en,
        public_holidays.name_it,
        case
            when public_holidays.days_after_easter is not null
                then {{
                    add_days(
                        easter_sunday('years.calendar_year'), 'public_holidays.days_after_easter'
                    )
                }}
            else make_date(
                years.calendar_year, public_holidays.month, public_holidays.day_of_month
            )
        end as holiday_date
    from years
    inner join {{ ref('public_holidays') }} as public_holidays
        on years.calendar_year >= public_holidays.first_year

),

-- Two may fall on one day, as Easter Monday on 25 April; the day has both names.
holiday_names as (

    select
        holiday_date,
        min(name_en) || case when count(*) > 1 then ', ' || max(name_en) else '' end as name_en,
        min(name_it) || case when count(*) > 1 then ', ' || max(name_it) else '' end as name_it
    from holidays
    group by holiday_date

),

dates as (

    select
        with_bounds.calendar_date,

        cast(with_bounds.calendar_year as integer) as calendar_year,
        cast(quarter(with_bounds.calendar_date) as integer) as quarter_number,
        cast(with_bounds.month_number as integer) as month_number,
        cast(with_bounds.day_of_month as integer) as day_of_month,
        with_bounds.day_of_week,
        cast({{
            days_between('with_bounds.first_of_year', 'with_bounds.calendar_date')
        }} + 1 as integer) as day_of_year,
        cast(year(with_bounds.thursday) as integer) as iso_year,
        cast(floor({{
            days_between('make_date(year(with_bounds.thursday), 1, 1)', 'with_bounds.thursday')
        }} / 7) + 1 as integer) as iso_week,
        substr(cast(with_bounds.calendar_date as string), 1, 7) as month_name,
        make_date(with_bounds.calendar_year, with_bounds.month_number, 1) as first_of_month,
        {{ add_days('with_bounds.calendar_date', '1 - with_bounds.day_of_week') }}
            as first_of_week,
        weekdays.name_en as weekday_en,
        weekdays.name_it as weekday_it,
        months.name_en as month_en,
        months.name_it as month_it,
        holiday_names.name_en as holiday_en,
        holiday_names.name_it as holiday_it,

        cast(
            {{ seconds_between('with_bounds.starts_at', 'with_bounds.ends_at') }} / 3600 as integer
        ) as hours_in_day,

        with_bounds.day_of_week in (6, 7) as is_weekend,
        holiday_names.holiday_date is not null as is_holiday,
        with_bounds.day_of_week in (6, 7)
        or holiday_names.holiday_date is not null as is_day_off,

        with_bounds.starts_at,
        with_bounds.ends_at
    from with_bounds
    inner join calendar_names as weekdays
        on
            weekdays.unit = 'weekday'
            and with_bounds.day_of_week = weekdays.position
    inner join calendar_names as months
        on
            months.unit = 'month'
            and with_bounds.month_number = months.position
    left join holiday_names
        on with_bounds.calendar_date = holiday_names.holiday_date

)

select * from dates
