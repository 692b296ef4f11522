{#- An amount in `reporting_currency`, rounded half away from zero to cents. `rate` is the day's
    rate of stg_reference__daily_exchange_rates; null (no rate for that day) gives null, never the
    amount itself, except for amounts that are in the reporting currency already. An amount that no
    bill has (see plausible_amount) is null too. -#}
{% macro to_reporting_currency(amount, currency_code, rate) -%}
    {%- set own_rate -%}
        case when {{ currency_code }} = '{{ var("reporting_currency") }}' then 1.00000000 else {{ rate }} end
    {%- endset -%}
    case
        when
            cast({{ amount }} as double) * cast({{ own_rate }} as double)
            between -999999999 and 999999999
            then try_cast(round(
                try_cast({{ amount }} as decimal(19, 4)) * {{ own_rate }},
                2
            ) as decimal(18, 2))
    end
{%- endmacro %}


{#- Whether `tax` is the tax on `amount_without_tax` at one of the rates of `tax_rates`. Each of `lines`
    amounts may have been rounded to cents by itself. -#}
{% macro fits_a_tax_rate(tax, amount_without_tax, lines) -%}
    (
        {%- for rate in var('tax_rates') %}
        abs(100 * {{ tax }} - {{ rate }} * {{ amount_without_tax }}) <= 0.5 * {{ lines }}
        {{- ' or' if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}


{#- A currency as ISO 4217 writes it. -#}
{% macro currency_code(currency) -%}
    upper(trim({{ currency }}))
{%- endmacro %}
