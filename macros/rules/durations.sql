{#- Whole seconds from one timestamp to another; exact up to 285 years. As doubles: DuckDB takes a
    microsecond for each floor of a large decimal, fifty times as long. -#}
{% macro seconds_between(start, end) -%}
    cast(
        floor(
            ({{ to_epoch_microseconds(end) }} - {{ to_epoch_microseconds(start) }}) / cast(1000000 as double)
        ) as bigint
    )
{%- endmacro %}


{#- Hours from one timestamp to another, to four decimals (a third of a second). -#}
{% macro hours_between(start, end) -%}
    round({{ seconds_between(start, end) }} / cast(3600 as double), 4)
{%- endmacro %}
