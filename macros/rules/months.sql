{#- First day of the month of a date or timestamp. -#}
{% macro month_of(date) -%}
    cast(date_trunc('month', {{ date }}) as date)
{%- endmacro %}


{#- First day of the month a journey belongs to: that of its last touchpoint, which is its end once it has
    ended. -#}
{% macro journey_month(last_touched_at) -%}
    {{ month_of(local_date(last_touched_at)) }}
{%- endmacro %}
