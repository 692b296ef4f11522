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


{#- Settings of a model that replaces single rows: `{{ config(**incremental_by_key('order_id')) }}`.
    Spark's Parquet tables cannot replace rows, so there the model is built whole, to the same rows. -#}
{% macro incremental_by_key(key) -%}
    {{ return(adapter.dispatch('incremental_by_key', 'viaggio')(key)) }}
{%- endmacro %}

{% macro duckdb__incremental_by_key(key) -%}
    {{ return({
        'materialized': 'incremental',
        'incremental_strategy': 'delete+insert',
        'unique_key': key,
        'on_schema_change': 'fail',
    }) }}
{%- endmacro %}

{% macro spark__incremental_by_key(key) -%}
    {{ return({'materialized': 'table', 'file_format': 'parquet'}) }}
{%- endmacro %}
