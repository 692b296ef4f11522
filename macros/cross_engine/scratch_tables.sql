{#- Name of a scratch table, which a model fills for itself while it runs. It is dropped after the model.
    DuckDB's are temporary, so that a run that is killed leaves none behind. -#}
{% macro scratch_table(name) -%}
    {{ return(adapter.dispatch('scratch_table', 'viaggio')(name)) }}
{%- endmacro %}

{% macro duckdb__scratch_table(name) -%}
    {{ return('temp.work_' ~ name) }}
{%- endmacro %}

{% macro spark__scratch_table(name) -%}
    {{ return(this.schema ~ '.work_' ~ name) }}
{%- endmacro %}


{#- Fill a scratch table with what a query gives. -#}
{% macro create_scratch_table(table, query) -%}
    {%- set tables = graph.setdefault('scratch_tables', {}) -%}
    {%- do tables.setdefault(model.unique_id, []).append(table) -%}
    {{ return(adapter.dispatch('create_scratch_table', 'viaggio')(table, query)) }}
{%- endmacro %}

{% macro duckdb__create_scratch_table(table, query) -%}
    {%- do run_query('create or replace temp table ' ~ table ~ ' as ' ~ query) -%}
{%- endmacro %}

{% macro spark__create_scratch_table(table, query) -%}
    {%- do drop_scratch_table(table) -%}
    {%- do run_query('create table ' ~ table ~ ' using parquet as ' ~ query) -%}
{%- endmacro %}


{#- Drop a scratch table, if there is one. -#}
{% macro drop_scratch_table(table) -%}
    {%- do run_query('drop table if exists ' ~ table) -%}
{%- endmacro %}


{#- Post-hook of every model: drops the scratch tables it has left. -#}
{% macro drop_scratch_tables() -%}
    {%- if execute -%}
        {%- for table in graph.get('scratch_tables', {}).pop(model.unique_id, []) | unique -%}
            {%- do drop_scratch_table(table) -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}


{#- Whether a table holds any row. -#}
{% macro has_rows(table) -%}
    {{ return(run_query('select 1 as row_found from ' ~ table ~ ' limit 1').rows | length > 0) }}
{%- endmacro %}
