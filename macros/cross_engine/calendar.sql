{#- One row per day from one date to another, both included. Stands alone in a select list. -#}
{% macro each_day(first_day, last_day) -%}
    {{ return(adapter.dispatch('each_day', 'viaggio')(first_day, last_day)) }}
{%- endmacro %}

{% macro duckdb__each_day(first_day, last_day) -%}
    cast(unnest(generate_series({{ first_day }}, {{ last_day }}, interval 1 day)) as date)
{%- endmacro %}

{% macro spark__each_day(first_day, last_day) -%}
    explode(sequence({{ first_day }}, {{ last_day }}, interval 1 day))
{%- endmacro %}


{#- A date so many days later, or earlier where negative. -#}
{% macro add_days(date, days) -%}
    {{ return(adapter.dispatch('add_days', 'viaggio')(date, days)) }}
{%- endmacro %}

{% macro duckdb__add_days(date, days) -%}
    ({{ date }} + cast({{ days }} as integer))
{%- endmacro %}

{% macro spark__add_days(date, days) -%}
    date_add({{ date }}, cast({{ days }} as integer))
{%- endmacro %}


{#- The UTC timestamp at which a business day begins in `reporting_timezone`. -#}
{% macro start_of_day(date) -%}
    {{ return(adapter.dispatch('start_of_day', 'viaggio')(date)) }}
{%- endmacro %}

{% macro duckdb__start_of_day(date) -%}
    timezone('UTC', timezone('{{ var("reporting_timezone") }}', cast({{ date }} as timestamp)))
{%- endmacro %}

{% macro spark__start_of_day(date) -%}
    to_utc_timestamp(cast({{ date }} as timestamp), '{{ var("reporting_timezone") }}')
{%- endmacro %}
