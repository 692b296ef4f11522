{#- Name of a table of work: one a model makes for itself while it runs and drops in the end. DuckDB's
    are temporary, so that a run that is killed leaves none behind. -#}
{% macro scratch_table(name) -%}
    {{ return(adapter.dispatch('scratch_table', 'viaggio')(name)) }}
{%- endmacro %}

{% macro duckdb__scratch_table(name) -%}
    {{ return('temp.work_' ~ name) }}
{%- endmacro %}

{% macro spark__scratch_table(name) -%}
    {{ return(this.schema ~ '.work_' ~ name) }}
{%- endmacro %}


{#- Fill a table of work with what a query gives. -#}
{% macro create_work_table(table, query) -%}
    {{ return(adapter.dispatch('create_work_table', 'viaggio')(table, query)) }}
{%- endmacro %}

{% macro duckdb__create_work_table(table, query) -%}
    {%- do run_query('create or replace temp table ' ~ table ~ ' as ' ~ query) -%}
{%- endmacro %}

{% macro spark__create_work_table(table, query) -%}
    {%- do drop_work_table(table) -%}
    {%- do run_query('create table ' ~ table ~ ' using parquet as ' ~ query) -%}
{%- endmacro %}


{#- Drop a table of work, if there is one. -#}
{% macro drop_work_table(table) -%}
    {%- do run_query('drop table if exists ' ~ table) -%}
{%- endmacro %}


{#- Whether a table holds any row. -#}
{% macro has_rows(table) -%}
    {{ return(run_query('select 1 as row_found from ' ~ table ~ ' limit 1').rows | length > 0) }}
{%- endmacro %}
