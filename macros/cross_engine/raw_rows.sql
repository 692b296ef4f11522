{#- Where a row of a source stands: the Parquet file, and the row's number in it. Together they name one
    row, also among rows that are alike. `relation` is the source's name in the query. -#}
{% macro raw_file(relation) -%}
    {{ return(adapter.dispatch('raw_file', 'viaggio')(relation)) }}
{%- endmacro %}

{% macro duckdb__raw_file(relation) -%}
    {{ relation }}.filename
{%- endmacro %}

{% macro spark__raw_file(relation) -%}
    {{ relation }}._metadata.file_path
{%- endmacro %}


{% macro raw_row(relation) -%}
    {{ return(adapter.dispatch('raw_row', 'viaggio')(relation)) }}
{%- endmacro %}

{% macro duckdb__raw_row(relation) -%}
    {{ relation }}.file_row_number
{%- endmacro %}

{% macro spark__raw_row(relation) -%}
    {{ relation }}._metadata.row_index
{%- endmacro %}
