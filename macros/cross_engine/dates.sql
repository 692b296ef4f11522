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
