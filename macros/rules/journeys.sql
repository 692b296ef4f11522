{#- First day of the month a journey belongs to: that of its last touchpoint, which is its end once it has
    ended. -#}
{% macro journey_month(last_touched_at) -%}
    cast(date_trunc('month', {{ local_date(last_touched_at) }}) as date)
{%- endmacro %}
