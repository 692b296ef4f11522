{#- Settings of a model that replaces whole event days: `{{ config(**incremental_by_day()) }}`. -#}
{% macro incremental_by_day() -%}
    {{ return(adapter.dispatch('incremental_by_day', 'viaggio')()) }}
{%- endmacro %}

{% macro duckdb__incremental_by_day() -%}
    {{ return({
        'materialized': 'incremental',
        'incremental_strategy': 'delete+insert',
        'unique_key': 'event_day',
        'on_schema_change': 'fail',
    }) }}
{%- endmacro %}

{% macro spark__incremental_by_day() -%}
    {{ return({
        'materialized': 'incremental',
        'incremental_strategy': 'insert_overwrite',
        'file_format': 'parquet',
        'partition_by': ['event_day'],
        'on_schema_change': 'fail',
    }) }}
{%- endmacro %}
