{#- Condition that ends the query with a message of one's own; never true or false. -#}
{% macro raise_error(message) -%}
    {{ return(adapter.dispatch('raise_error', 'viaggio')(message)) }}
{%- endmacro %}

{% macro duckdb__raise_error(message) -%}
    error({{ message }}) is null
{%- endmacro %}

{% macro spark__raise_error(message) -%}
    raise_error({{ message }}) is null
{%- endmacro %}
