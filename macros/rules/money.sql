{#- An amount in `reporting_currency`, rounded half away from zero to cents. `rate` is the day's
    rate of stg_reference__exchange_rates; null (no rate for that day) gives null, never the
    amount itself, except for amounts that are in the reporting currency already. -#}
{% macro to_reporting_currency(amount, currency_code, rate) -%}
    cast(round(
        cast({{ amount }} as decimal(19, 4)) * case
            when {{ currency_code }} = '{{ var("reporting_currency") }}' then 1.00000000
            else {{ rate }}
        end,
        2
    ) as decimal(18, 2))
{%- endmacro %}


{#- A currency as ISO 4217 writes it. -#}
{% macro currency_code(currency) -%}
    upper(trim({{ currency }}))
{%- endmacro %}
