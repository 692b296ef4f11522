-- There are no rates for weekends and holidays: such a day takes the last rate before it.
with

published_rates as (

    select
        currency_code,
        rate_date,
        rate_to_reporting_currency,
        lead(rate_date) over (
            partition by currency_code
            order by rate_date
        ) as next_rate_date
    from {{ ref('stg_reference__exchange_rates') }}
    where
        rate_to_reporting_currency is not null
        and currency_code <> '{{ var("reporting_currency") }}'

),

days_carried as (

    select {{ each_integer(0, var('exchange_rate_carry_days')) }} as days

),

daily_rates as (

    select
        published_rates.currency_code,
        {{ add_days('published_rates.rate_date', 'days_carried.days') }} as rate_date,

        published_rates.rate_to_reporting_currency,

        days_carried.days > 0 as is_carried,

        published_rates.rate_date as published_date
    from published_rates
    inner join days_carried
        on
            published_rates.next_rate_date is null
            or {{ add_days('published_rates.rate_date', 'days_carried.days') }}
            < published_rates.next_rate_date

)

select * from daily_rates
