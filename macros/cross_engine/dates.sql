{#- Whole days from one date to another. -#}
{% macro days_between(start, end) -%}
    {{ return(adapter.dispatch('days_between', 'viaggio')(start, end)) }}
{%- endmacro %}

{% macro duckdb__days_between(start, end) -%}
    cast({{ end }} - {{ start }} as bigint)
{%- endmacro %}

{% macro spark__days_between(start, end) -%}
    cast(datediff({{ end }}, {{ start }}) as bigint)
{%- endmacro %}


{#- The weekday of a date: 1 is Monday, 7 is Sunday. -#}
{% macro weekday_of(date) -%}
    {# 5 January 1970 was a Monday; the second remainder keeps dates before it positive. -#}
    cast(({{ days_between("date '1970-01-05'", date) }} % 7 + 7) % 7 + 1 as integer)
{%- endmacro %}
