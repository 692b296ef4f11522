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
{% macro incremental_by_key(key, strategy='delete+insert') -%}
    {{ return(adapter.dispatch('incremental_by_key', 'viaggio')(key, strategy)) }}
{%- endmacro %}

{% macro duckdb__incremental_by_key(key, strategy) -%}
    {{ return({
        'materialized': 'incremental',
        'incremental_strategy': strategy,
        'unique_key': key,
        'on_schema_change': 'fail',
    }) }}
{%- endmacro %}

{% macro spark__incremental_by_key(key, strategy) -%}
    {{ return({'materialized': 'table', 'file_format': 'parquet'}) }}
{%- endmacro %}


{#- Settings of a model of which a run replaces the rows that are outdated: changed, or no more. It finds
    their keys by `outdated_rows` before its own SQL is written. -#}
{% macro incremental_where_outdated(key) -%}
    {{ return(incremental_by_key(key, 'outdated')) }}
{%- endmacro %}


{#- What a query gives of the rows that are outdated, new ones included: their keys, and what else the
    model wants to know of them. Name of a table of work in an increment; the query itself where no model
    is run, as in unit tests. -#}
{% macro outdated_rows(query) -%}
    {%- if execute and flags.WHICH in ('run', 'build') and model.resource_type == 'model' -%}
        {%- if is_incremental() -%}
            {%- do create_work_table(outdated_table(), query) -%}
        {%- endif -%}
        {{ return(outdated_table()) }}
    {%- endif -%}
    {{ return('(' ~ query ~ ')') }}
{%- endmacro %}


{#- Name of the table of work of outdated_rows. -#}
{% macro outdated_table() -%}
    {{ return(work_table('outdated_' ~ this.identifier)) }}
{%- endmacro %}


{#- Strategy of dbt's incremental materialization: rows that are outdated go, those of the run come. -#}
{% macro get_incremental_outdated_sql(arguments) -%}
    {%- set columns = get_quoted_csv(arguments['dest_columns'] | map(attribute='name')) -%}
    delete from {{ arguments['target_relation'] }}
    where {{ arguments['unique_key'] }} in (
        select {{ arguments['unique_key'] }} from {{ outdated_table() }}
    );
    insert into {{ arguments['target_relation'] }} ({{ columns }})
    select {{ columns }} from {{ arguments['temp_relation'] }};
    drop table {{ outdated_table() }}
{%- endmacro %}
