{#- Spark reads sources through tables over their files; DuckDB reads the files themselves. -#}
{% macro register_sources() -%}
    {{ return(adapter.dispatch('register_sources', 'viaggio')()) }}
{%- endmacro %}

{% macro duckdb__register_sources() -%}
    select 1
{%- endmacro %}

{#- The location is the folder in front of the first `*` of the source's `external_location`. -#}
{% macro spark__register_sources() -%}
    {%- if execute -%}
        {%- for source in graph.sources.values() -%}
            {%- set folder = source.meta.external_location.split("'")[1].split('/*')[0]
                .replace('{dagster[asset_key][1]}', source.source_name).replace('{name}', source.name) -%}
            {%- do run_query('create schema if not exists ' ~ source.schema) -%}
            {%- do run_query('drop table if exists ' ~ source.schema ~ '.' ~ source.name) -%}
            {%- do run_query(
                'create table ' ~ source.schema ~ '.`' ~ source.name ~ '` using parquet location \'' ~ folder ~ '\''
            ) -%}
        {%- endfor -%}
    {%- endif -%}
    select 1
{%- endmacro %}
