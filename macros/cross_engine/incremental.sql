{#- The three ways in which a model is incremental. Each is declared in the model's config and nowhere
    else:

    by_day      `{{ config(**by_day([('ga4', 'event')], days_after=1)) }}`: a run rebuilds the event days
                that received files; the model filters its inputs by `in_rebuilt_days()`
    by_key      `{{ config(**by_key('person_id', 'int_persons__fingerprinted', ...)) }}`: a run rebuilds
                the keys whose fingerprint changed; the model filters by `in_changed_keys()`
    append_log  `{{ config(**append_log()) }}`: a run adds rows

    All of them heal: what a run has to rebuild follows from the rows that are stored, so a run that was
    killed is made good by the next one. -#}


{#- Settings of a model that replaces whole event days. `follows` lists the raw tables, as (source,
    table), whose files change its rows; a file of one day changes the rows of that day, and of
    `days_before` days before it and `days_after` days after it. -#}
{% macro by_day(follows, days_before=0, days_after=0) -%}
    {%- if not execute -%}
        {%- do file_days() -%}
    {%- endif -%}
    {{ return(dict(
        adapter.dispatch('replaced_partitions', 'viaggio')('event_day', 'by_day'),
        meta={
            'incremental': 'by_day',
            'follows': follows | map('join', '.') | list,
            'days_before': days_before,
            'days_after': days_after,
        },
    )) }}
{%- endmacro %}


{#- Settings of a model that replaces the rows of single keys. `follows` names a model with one row per
    `key`, whose column `fingerprint` changes with anything that the key's rows are made of; both models
    have these two columns. A key that is new, has another fingerprint or is gone is rebuilt.
    `one_of_each` is a condition that picks one row per key of the stored ones. Where keys form groups that
    change together, `group_key` names the column that holds the group. -#}
{% macro by_key(key, follows, fingerprint, one_of_each='true', group_key=none) -%}
    {%- set declared = {
        'incremental': 'by_key',
        'key': key,
        'follows': follows,
        'fingerprint': fingerprint,
        'one_of_each': one_of_each,
        'group_key': group_key,
    } -%}
    {%- if execute -%}
        {%- do graph.setdefault('declared_changes', {}).update({model.unique_id: declared}) -%}
    {%- else -%}
        {%- do ref(follows) -%}
    {%- endif -%}
    {{ return(dict(adapter.dispatch('replaced_keys', 'viaggio')(key), meta=declared)) }}
{%- endmacro %}


{#- Settings of a log, whose rows cannot be computed again: a full refresh leaves them alone. With
    `run_key`, the rows of a run that is repeated are replaced, and a full refresh begins a new log. -#}
{% macro append_log(run_key=none) -%}
    {%- if run_key -%}
        {{ return(adapter.dispatch('replaced_partitions', 'viaggio')(run_key, 'delete+insert')) }}
    {%- endif -%}
    {{ return(dict(
        adapter.dispatch('replaced_partitions', 'viaggio')(none, 'append'),
        incremental_strategy='append',
        full_refresh=false,
    )) }}
{%- endmacro %}


{% macro duckdb__replaced_partitions(partition, strategy) -%}
    {{ return({
        'materialized': 'incremental',
        'incremental_strategy': strategy,
        'unique_key': partition,
        'on_schema_change': 'fail',
    }) }}
{%- endmacro %}

{% macro spark__replaced_partitions(partition, strategy) -%}
    {{ return({
        'materialized': 'incremental',
        'incremental_strategy': 'insert_overwrite',
        'file_format': 'parquet',
        'partition_by': [partition] if partition else none,
        'on_schema_change': 'fail',
    }) }}
{%- endmacro %}

{% macro duckdb__replaced_keys(key) -%}
    {{ return(duckdb__replaced_partitions(key, 'by_key')) }}
{%- endmacro %}

{% macro spark__replaced_keys(key) -%}
    {{ return(dict(spark__replaced_partitions(none, none), unique_key=key)) }}
{%- endmacro %}


{#- DuckDB's strategies, by dbt's names for them; both run in the model's transaction. -#}
{% macro get_incremental_by_day_sql(arguments) -%}
    {{ replace_rows(arguments, is_day_in(rebuilt_days())) }}
{%- endmacro %}

{% macro get_incremental_by_key_sql(arguments) -%}
    {{ replace_rows(arguments, in_changed_keys()) }}
{%- endmacro %}

{% macro replace_rows(arguments, condition) -%}
    {%- set columns = get_quoted_csv(arguments['dest_columns'] | map(attribute='name')) -%}
    delete from {{ arguments['target_relation'] }} where {{ condition }};
    insert into {{ arguments['target_relation'] }} ({{ columns }})
    select {{ columns }} from {{ arguments['temp_relation'] }}
{%- endmacro %}


{#- dbt-spark's choice among strategies, with those of by_day and by_key. It takes the place of dbt-spark's
    macro, which accepts no strategies of other packages. -#}
{% macro dbt_spark_get_incremental_sql(
    strategy, source, target, existing, unique_key, incremental_predicates
) -%}
    {%- if unique_key -%}
        {{ get_copied_table_sql(source, target) }}
    {%- elif strategy == 'append' -%}
        {{ get_insert_into_sql(source, target) }}
    {%- else -%}
        {%- if model.config.meta.get('incremental') == 'by_day' -%}
            {%- do empty_lost_days(source, target) -%}
        {%- endif -%}
        {{ get_insert_overwrite_sql(source, target, existing) }}
    {%- endif -%}
{%- endmacro %}


{#- Empty the rebuilt days that have no rows any more, which an overwrite of those that have leaves as they
    were. -#}
{% macro empty_lost_days(source, target) -%}
    {%- set columns = adapter.get_columns_in_relation(target) | map(attribute='name')
        | reject('equalto', 'event_day') | join(', ') -%}
    {%- set lost -%}
        select distinct event_day
        from {{ target }}
        where {{ is_day_in(rebuilt_days()) }}
        except
        select distinct event_day
        from {{ source }}
    {%- endset -%}
    {%- for day in run_query(lost).columns[0].values() -%}
        {%- do run_query(
            'insert overwrite table ' ~ target ~ " partition (event_day = date '" ~ day ~ "')"
            ~ ' select ' ~ columns ~ ' from ' ~ source ~ ' where false'
        ) -%}
    {%- endfor -%}
{%- endmacro %}


{#- Parquet files cannot lose rows, so the rows that stay and the rows of the run are copied, and the copy
    takes the table's place. A run killed between the two leaves no table, and the next one builds it
    whole. -#}
{% macro get_copied_table_sql(source, target) -%}
    {%- set columns = adapter.get_columns_in_relation(target) | map(attribute='quoted') | join(', ') -%}
    {%- set key = declared_changes().key -%}
    {%- set renewed = scratch_table('renewed_' ~ target.identifier) -%}
    {%- set rows -%}
        select {{ columns }}
        from {{ target }} as stored
        left anti join {{ changed_keys() }} as changed
            on stored.{{ key }} = changed.{{ key }}
        union all
        select {{ columns }} from {{ source }}
    {%- endset -%}
    {%- do create_scratch_table(renewed, rows) -%}
    {%- do run_query(
        'alter table ' ~ renewed ~ " set tblproperties ('viaggio.build_note' = '"
        ~ build_note_of(model.unique_id) ~ "')"
    ) -%}
    {%- do drop_scratch_table(target) -%}
    alter table {{ renewed }} rename to {{ target }}
{%- endmacro %}
