{#- Every amount in another currency has a rate of its own day, else it would be null in the
    reporting currency. Ends with an error that names the currency and the days without a rate. -#}
{% test exchange_rate_known(model, currency_column, date_column) %}

    with

    amounts as (

        select * from {{ model }}

    ),

    rates as (

        select * from {{ ref('stg_reference__exchange_rates') }}

    ),

    missing_days as (

        select distinct
            amounts.{{ currency_column }} as currency_code,
            amounts.{{ date_column }} as missing_date
        from amounts
        left join rates
            on
                amounts.{{ currency_column }} = rates.currency_code
                and amounts.{{ date_column }} = rates.rate_date
        where
            amounts.{{ currency_column }} <> '{{ var("reporting_currency") }}'
            and rates.rate_to_reporting_currency is null

    ),

    missing_rates as (

        select
            currency_code,
            count(*) as day_count,
            min(missing_date) as first_date,
            max(missing_date) as last_date
        from missing_days
        group by currency_code

    )

    select * from missing_rates
    where
        {{
            raise_error(
                "'No exchange rate for ' || currency_code || ' on ' || cast(day_count as string)"
                ~ " || ' day(s), the first ' || cast(first_date as string) || ', the last '"
                ~ " || cast(last_date as string)"
                ~ " || '. Land these days in reference/exchange_rate and run again.'"
            )
        }}

{% endtest %}
