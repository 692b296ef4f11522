{#- Settings of a model of which a run replaces the rows that are outdated: changed, or no more. It finds
    their keys by `stale_keys` before its own SQL is written, which gives what comes in their place:
    `{{ config(**incremental_where_outdated('order_id')) }}`. Where some of these keys only get rows added,
    a condition on what `stale_keys` gave says whose stored rows go. -#}
{% macro incremental_where_outdated(key, delete_predicate='true') -%}
    {{ return(adapter.dispatch('incremental_where_outdated', 'viaggio')(key, delete_predicate)) }}
{%- endmacro %}

{% macro duckdb__incremental_where_outdated(key, delete_predicate) -%}
    {{ return({
        'materialized': 'incremental',
        'incremental_strategy': 'outdated',
        'unique_key': key,
        'incremental_predicates': [delete_predicate],
        'on_schema_change': 'fail',
    }) }}
{%- endmacro %}

{% macro spark__incremental_where_outdated(key, delete_predicate) -%}
    {{ return({
        'materialized': 'incremental',
        'incremental_strategy': 'insert_overwrite',
        'file_format': 'parquet',
        'unique_key': key,
        'incremental_predicates': [delete_predicate],
        'on_schema_change': 'fail',
    }) }}
{%- endmacro %}


{#- What a query gives of the rows that are outdated, new ones included: their keys, and what else the
    model wants to know of them. Name of a table of work in an increment; the query itself where no model
    is run, as in unit tests. -#}
{% macro stale_keys(query) -%}
    {%- if execute and flags.WHICH in ('run', 'build') and model.resource_type == 'model' -%}
        {%- if is_incremental() -%}
            {%- do create_work_table(outdated_table(), query) -%}
        {%- endif -%}
        {{ return(outdated_table()) }}
    {%- endif -%}
    {{ return('(' ~ query ~ ')') }}
{%- endmacro %}


{#- Name of the table of work of stale_keys. -#}
{% macro outdated_table() -%}
    {{ return(scratch_table('outdated_' ~ this.identifier)) }}
{%- endmacro %}


{#- DuckDB's strategy `outdated`, by dbt's name for it: rows that are outdated go, those of the run come. -#}
{% macro get_incremental_outdated_sql(arguments) -%}
    {%- set columns = get_quoted_csv(arguments['dest_columns'] | map(attribute='name')) -%}
    delete from {{ arguments['target_relation'] }}
    where {{ arguments['unique_key'] }} in (
        select {{ arguments['unique_key'] }} from {{ outdated_table() }}
        where {{ arguments['incremental_predicates'] | join(' and ') }}
    );
    insert into {{ arguments['target_relation'] }} ({{ columns }})
    select {{ columns }} from {{ arguments['temp_relation'] }};
    drop table {{ outdated_table() }}
{%- endmacro %}


{#- dbt-spark's choice among strategies, with one more: where a model has a key, as those of
    incremental_where_outdated have. Files of Parquet cannot lose rows, so the rows that stay are copied
    beside those that come, and the copy takes the table's place. A run killed between the two leaves no
    table, and the next one builds it whole. -#}
{% macro dbt_spark_get_incremental_sql(
    strategy, source, target, existing, unique_key, incremental_predicates
) -%}
    {%- if unique_key -%}
        {%- set renewed = scratch_table('renewed_' ~ target.identifier) -%}
        {%- do create_work_table(renewed, renewed_rows(source, target, unique_key, incremental_predicates)) -%}
        {%- do run_query(
            'alter table ' ~ renewed ~ " set tblproperties ('viaggio.build_note' = '"
            ~ build_note_of(model.unique_id) ~ "')"
        ) -%}
        {%- do drop_work_table(outdated_table()) -%}
        {%- do drop_work_table(target) -%}
        alter table {{ renewed }} rename to {{ target }}
    {%- elif strategy == 'append' -%}
        {{ get_insert_into_sql(source, target) }}
    {%- else -%}
        {{ get_insert_overwrite_sql(source, target, existing) }}
    {%- endif -%}
{%- endmacro %}


{#- Query of a table's rows that are not outdated, and those of the run. -#}
{% macro renewed_rows(source, target, key, predicates) -%}
    {%- set columns = adapter.get_columns_in_relation(target) | map(attribute='quoted') | join(', ') -%}
    select {{ columns }}
    from {{ target }} as stored
    where not exists (
        select 1 from {{ outdated_table() }} as outdated
        where outdated.{{ key }} = stored.{{ key }} and {{ predicates | join(' and ') }}
    )
    union all
    select {{ columns }} from {{ source }}
{%- endmacro %}
