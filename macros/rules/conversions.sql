{#- Whether an order counts as a conversion: tests and orders of the staff do not. -#}
{% macro is_conversion(orders) -%}
    not {{ orders }}.is_test and not {{ orders }}.is_internal
{%- endmacro %}
