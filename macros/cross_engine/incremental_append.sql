{#- Settings of a model that only ever adds rows, a log: `{{ config(**incremental_append()) }}`. Its
    rows cannot be computed again, so a full refresh leaves them alone. -#}
{% macro incremental_append() -%}
    {{ return(adapter.dispatch('incremental_append', 'viaggio')()) }}
{%- endmacro %}

{% macro duckdb__incremental_append() -%}
    {{ return({
        'materialized': 'incremental',
        'incremental_strategy': 'append',
        'on_schema_change': 'fail',
        'full_refresh': false,
    }) }}
{%- endmacro %}

{% macro spark__incremental_append() -%}
    {{ return({
        'materialized': 'incremental',
        'incremental_strategy': 'append',
        'file_format': 'parquet',
        'on_schema_change': 'fail',
        'full_refresh': false,
    }) }}
{%- endmacro %}
