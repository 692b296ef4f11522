{#- Condition, always true, for a query (CTE) that several others of its model read. DuckDB computes
    such a query once. Spark puts a copy of it into each reader, and copies of copies where readers are
    read in turn, so that planning takes longer than computing; what a query says of chance it may not
    copy. -#}
{% macro prevent_inlining() -%}
    {{ return(adapter.dispatch('prevent_inlining', 'viaggio')()) }}
{%- endmacro %}

{% macro duckdb__prevent_inlining() -%}
    true
{%- endmacro %}

{% macro spark__prevent_inlining() -%}
    rand() >= 0
{%- endmacro %}
