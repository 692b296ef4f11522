{#- A text that sorts as moments do and ends with what happened then: the least (or greatest) one of
    many names the first (or last), ties in an order both engines share. -#}
{% macro moment_key(moment, details) -%}
    lpad(cast({{ to_epoch_microseconds(moment) }} as string), 16, '0')
    {%- for detail in details %} || '|' || {{ detail }}{% endfor %}
{%- endmacro %}


{#- The moment of such a text. -#}
{% macro moment_of_key(key) -%}
    {{ from_epoch_microseconds('cast(split_part(' ~ key ~ ", '|', 1) as bigint)") }}
{%- endmacro %}


{#- The detail of such a text at a place counted from 1. -#}
{% macro detail_of_key(key, place) -%}
    nullif(split_part({{ key }}, '|', {{ place + 1 }}), '')
{%- endmacro %}
