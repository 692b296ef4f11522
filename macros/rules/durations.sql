{#- Whole seconds from one timestamp to another. -#}
{% macro seconds_between(start, end) -%}
    cast(floor(({{ to_epoch_microseconds(end) }} - {{ to_epoch_microseconds(start) }}) * 0.000001) as bigint)
{%- endmacro %}
