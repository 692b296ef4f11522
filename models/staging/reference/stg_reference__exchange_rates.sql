with

source as (

    {{ protected_source('reference', 'exchange_rate') }}

),

coded as (

    select
        *,
        {{ currency_code('currency') }} as currency_code
    from source

),

-- Codes that differ in case or blanks only are one currency, so the business key does not do.
rates as (

    select
        *,
        count(*) over (partition by date, currency_code) as _raw_rows
    from coded
    qualify
        row_number() over (
            partition by date, currency_code
            order by
                _loaded_at desc,
                _source_file desc,
                _source_row desc nulls last,
                _row_hash desc
        ) = 1

),

-- Published rates are in euros. Another reporting currency goes through its own euro rate of the
-- day; then the file must hold the euro itself too, at 1.
reporting_currency_rates as (

    select
        date,
        cast(rate_to_eur as double) as euros_per_reporting_unit
    from rates
    where currency_code = '{{ var("reporting_currency") }}' and rate_to_eur > 0

),

exchange_rates as (

    select
        {{ surrogate_key(['rates.date', 'rates.currency_code']) }} as exchange_rate_id,

        rates.date as rate_date,
        rates.currency_code,

        rates.rate_to_eur,
        case
            when rates.rate_to_eur <= 0 then null
            when '{{ var("reporting_currency") }}' = 'EUR' then rates.rate_to_eur
            else
                try_cast(
                    round(
                        cast(rates.rate_to_eur as double)
                        / reporting_currency_rates.euros_per_reporting_unit,
                        8
                    ) as decimal(18, 8)
                )
        end as rate_to_reporting_currency,

        rates._source_file,
        rates._loaded_at,
        rates._row_hash,
        rates._raw_rows
    from rates
    left join reporting_currency_rates
        on rates.date = reporting_currency_rates.date

)

select * from exchange_rates
