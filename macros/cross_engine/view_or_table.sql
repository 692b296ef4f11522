{#- Materialization of a query over tables that many models read. On DuckDB a view costs each reader
    one scan. Spark plans everything below a view again for each reader, which takes longer than
    storing its rows. -#}
{% macro view_or_table() -%}
    {{ return(adapter.dispatch('view_or_table', 'viaggio')()) }}
{%- endmacro %}

{% macro duckdb__view_or_table() -%}
    {{ return('view') }}
{%- endmacro %}

{% macro spark__view_or_table() -%}
    {{ return('table') }}
{%- endmacro %}
