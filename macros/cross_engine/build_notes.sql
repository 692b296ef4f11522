{#- Where notes of builds are kept (see should_full_refresh): with DuckDB in a table of the warehouse, which
    gets the note in the transaction that brings the rows; with Spark among the properties of each table and
    view, which come into being with it. -#}


{#- All notes there are, by the node's id; with Spark none, since build_note_of finds each. -#}
{% macro stored_build_notes() -%}
    {{ return(adapter.dispatch('stored_build_notes', 'viaggio')()) }}
{%- endmacro %}

{% macro duckdb__stored_build_notes() -%}
    {%- do run_query(
        'create table if not exists ' ~ target.schema ~ '.build_note '
        ~ '(node varchar not null, note varchar not null, number bigint not null)'
    ) -%}
    {%- set notes = {} -%}
    {%- for row in run_query('select node, note from ' ~ target.schema ~ '.build_note order by number') -%}
        {%- do notes.update({row[0]: row[1]}) -%}
    {%- endfor -%}
    {{ return(notes) }}
{%- endmacro %}

{% macro spark__stored_build_notes() -%}
    {{ return({}) }}
{%- endmacro %}


{#- Drops the tables and views of models and seeds that the project no longer has, found by their notes;
    otherwise a renamed mart would stay published as it last was. The log of identity changes, which
    nothing can compute again, takes its present name. Nothing is published from Spark. -#}
{% macro drop_removed_models(notes) -%}
    {{ return(adapter.dispatch('drop_removed_models', 'viaggio')(notes)) }}
{%- endmacro %}

{% macro duckdb__drop_removed_models(notes) -%}
    {%- set log = adapter.get_relation(target.database, 'intermediate', 'int_identifiers__moved') -%}
    {%- if log is not none -%}
        {%- do adapter.rename_relation(
            log, log.incorporate(path={'identifier': 'int_identifier_changes__logged'})
        ) -%}
        {%- do adapter.commit() -%}
    {%- endif -%}
    {%- for node_id in notes | list if node_id not in graph.nodes -%}
        {%- set name = node_id.split('.') | last -%}
        {%- for schema, kind in run_query(
            "select schema_name, 'table' from duckdb_tables() where table_name = '" ~ name ~ "' "
            ~ "and database_name = current_database() union all "
            ~ "select schema_name, 'view' from duckdb_views() where view_name = '" ~ name ~ "' "
            ~ "and database_name = current_database()"
        ) -%}
            {%- do run_query('drop ' ~ kind ~ ' ' ~ schema ~ '."' ~ name ~ '"') -%}
        {%- endfor -%}
        {%- do run_query(
            'delete from ' ~ target.schema ~ ".build_note where node = '" ~ node_id ~ "'"
        ) -%}
        {%- do notes.pop(node_id) -%}
    {%- endfor -%}
{%- endmacro %}

{% macro spark__drop_removed_models(notes) -%}
{%- endmacro %}


{#- The note of a node; empty where it has none. -#}
{% macro build_note_of(node_id) -%}
    {{ return(adapter.dispatch('build_note_of', 'viaggio')(node_id)) }}
{%- endmacro %}

{% macro duckdb__build_note_of(node_id) -%}
    {{ return(graph.build_notes.get(node_id, '')) }}
{%- endmacro %}

{% macro spark__build_note_of(node_id) -%}
    {%- if node_id not in graph.build_notes -%}
        {%- set node = graph.nodes[node_id] -%}
        {%- set relation = adapter.get_relation(node.database, node.schema, node.alias) -%}
        {%- set properties = relation.information or '' if relation is not none else '' -%}
        {%- set found = modules.re.search('viaggio.build_note=([0-9a-f -]+)', properties) -%}
        {%- do graph.build_notes.update({node_id: found.group(1) if found else ''}) -%}
    {%- endif -%}
    {{ return(graph.build_notes[node_id]) }}
{%- endmacro %}


{#- Statement that keeps a note; none where the statement that made the table kept it. -#}
{% macro store_build_note(note) -%}
    {{ return(adapter.dispatch('store_build_note', 'viaggio')(note)) }}
{%- endmacro %}

{% macro duckdb__store_build_note(note) -%}
    insert into {{ target.schema }}.build_note
    select '{{ model.unique_id }}', '{{ note }}', count(*) from {{ target.schema }}.build_note
    where node = '{{ model.unique_id }}'
{%- endmacro %}

{% macro spark__store_build_note(note) -%}
{%- endmacro %}


{#- dbt-spark's clause of a new table or view, and the note with it. -#}
{% macro spark__comment_clause() -%}
    {{ dbt.spark__comment_clause() }}
    {% if has_build_note() -%}
        tblproperties ('viaggio.build_note' = '{{ planned_build().note }}')
    {%- endif %}
{%- endmacro %}
