{#- Statement for the pre-hook of a model by event day whose days may end up without any row (a
    session joined to the day before): empties the days that are built anew, which an increment that
    brings no row for a day would leave as they were. Spark's partition overwrite cannot do it. -#}
{% macro clear_days(tables, days_before=0, days_after=0) -%}
    {{ return(adapter.dispatch('clear_days', 'viaggio')(tables, days_before, days_after)) }}
{%- endmacro %}

{% macro duckdb__clear_days(tables, days_before, days_after) -%}
    {%- set days = days_to_rebuild(tables, days_before, days_after) -%}
    {%- if days -%}
        delete from {{ this }} where {{ is_day_in(days) }}
    {%- else -%}
        select 1
    {%- endif -%}
{%- endmacro %}

{% macro spark__clear_days(tables, days_before, days_after) -%}
    select 1
{%- endmacro %}
