{#- Whole seconds from one timestamp to another. -#}
{% macro seconds_between(start, end) -%}
    cast(floor(({{ to_epoch_microseconds(end) }} - {{ to_epoch_microseconds(start) }}) * 0.000001) as bigint)
{%- endmacro %}


{#- Hours from one timestamp to another, to four decimals (a third of a second). -#}
{% macro hours_between(start, end) -%}
    round({{ seconds_between(start, end) }} / cast(3600 as double), 4)
{%- endmacro %}
