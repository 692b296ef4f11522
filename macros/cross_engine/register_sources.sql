{#- Makes the sources readable before anything is built: DuckDB reads their files as they are,
    Spark through tables over the same folders. Runs at the start of each dbt command. -#}
{% macro register_sources() -%}
    {{ return(adapter.dispatch('register_sources', 'viaggio')()) }}
{%- endmacro %}

{% macro duckdb__register_sources() -%}
    select 1
{%- endmacro %}

{% macro spark__register_sources() -%}
    {%- if execute and var('sources_are_landed') -%}
        {%- for source in graph.sources.values() -%}
            {%- set files = source.meta.external_location.format(name=source.name, **source.meta) -%}
            {%- set folder = modules.re.search("'([^'*]+)/", files).group(1) -%}
            {%- do run_query('create schema if not exists ' ~ source.schema) -%}
            {%- do run_query('drop table if exists ' ~ source.schema ~ '.`' ~ source.name ~ '`') -%}
            {%- do run_query(
                'create table ' ~ source.schema ~ '.`' ~ source.name ~ '` using parquet location \'' ~ folder ~ '\''
            ) -%}
        {%- endfor -%}
    {%- endif -%}
    select 1
{%- endmacro %}
