{#- Settings of a model that replaces whole partitions: `{{ config(**incremental_by('event_day')) }}`
    makes a run replace the event days it brings rows of, and leave the others alone. -#}
{% macro incremental_by(partition) -%}
    {{ return(adapter.dispatch('incremental_by', 'viaggio')(partition)) }}
{%- endmacro %}

{% macro duckdb__incremental_by(partition) -%}
    {{ return({
        'materialized': 'incremental',
        'incremental_strategy': 'delete+insert',
        'unique_key': partition,
        'on_schema_change': 'fail',
    }) }}
{%- endmacro %}

{% macro spark__incremental_by(partition) -%}
    {{ return({
        'materialized': 'incremental',
        'incremental_strategy': 'insert_overwrite',
        'file_format': 'parquet',
        'partition_by': [partition],
        'on_schema_change': 'fail',
    }) }}
{%- endmacro %}
