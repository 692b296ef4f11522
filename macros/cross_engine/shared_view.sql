{#- Materialization of a query over tables that many models read. DuckDB computes it anew for each at
    the price of a scan; Spark plans all that lies under it anew for each, which takes longer than to
    store its rows. -#}
{% macro shared_view() -%}
    {{ return(adapter.dispatch('shared_view', 'viaggio')()) }}
{%- endmacro %}

{% macro duckdb__shared_view() -%}
    {{ return('view') }}
{%- endmacro %}

{% macro spark__shared_view() -%}
    {{ return('table') }}
{%- endmacro %}
