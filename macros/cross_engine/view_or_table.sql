{#- Materialization of a query over tables that many models read. DuckDB computes it anew for each at
    the price of a scan; Spark plans all that lies under it anew for each, which takes longer than to
    store its rows. -#}
{% macro view_or_table() -%}
    {{ return(adapter.dispatch('view_or_table', 'viaggio')()) }}
{%- endmacro %}

{% macro duckdb__view_or_table() -%}
    {{ return('view') }}
{%- endmacro %}

{% macro spark__view_or_table() -%}
    {{ return('table') }}
{%- endmacro %}
