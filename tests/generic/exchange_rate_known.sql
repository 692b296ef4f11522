{#- Every amount in another currency has a rate of its own day: fails with each currency and day
    that has none, since its amounts in the reporting currency would be null. -#}
{% test exchange_rate_known(model, currency_column, date_column) %}

    with

    amounts as (

        select * from {{ model }}

    ),

    rates as (

        select * from {{ ref('stg_reference__exchange_rates') }}

    )

    select
        amounts.{{ currency_column }} as currency_code,
        amounts.{{ date_column }} as missing_rate_date,
        count(*) as row_count
    from amounts
    left join rates
        on
            amounts.{{ currency_column }} = rates.currency_code
            and amounts.{{ date_column }} = rates.rate_date
    where
        amounts.{{ currency_column }} <> '{{ var("reporting_currency") }}'
        and rates.rate_to_reporting_currency is null
    group by amounts.{{ currency_column }}, amounts.{{ date_column }}

{% endtest %}
