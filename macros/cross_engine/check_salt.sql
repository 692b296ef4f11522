{#- Ends a build by hand whose salt is missing, or is not the one that the hashes so far were made with
    (see viaggio/workspace/salt.py). Runs at the start of each dbt command. With Spark, `make spark` checks. -#}
{% macro check_salt() -%}
    {{ return(adapter.dispatch('check_salt', 'viaggio')()) }}
{%- endmacro %}

{% macro duckdb__check_salt() -%}
    {%- if execute and flags.WHICH in ('build', 'run') -%}
        {#- DuckDB reads a path as a pattern. -#}
        {%- set folder = env_var('VIAGGIO_DATA_DIR', 'data')
            | replace("'", "''") | replace('[', '[[]') | replace('*', '[*]') -%}
        {%- set check, salt = folder ~ '/hash_salt.check', folder ~ '/hash_salt/salt.parquet' -%}
        {%- set kept = run_query("select content from read_text('" ~ check ~ "')").rows -%}
        {%- if kept | length > 0 -%}
            {%- set is_there = run_query("select 1 from glob('" ~ salt ~ "')").rows | length > 0 -%}
            {%- set used = run_query(
                "select sha256('viaggio check' || salt) from read_parquet('" ~ salt ~ "')"
            ).columns[0].values() | list if is_there else [] -%}
            {%- if used != [kept[0][0] | trim] -%}
                {{ exceptions.raise_compiler_error(
                    salt ~ ' is missing, or is not the salt that the hashes so far were made with. '
                    ~ '`make run` says what to do.'
                ) }}
            {%- endif -%}
        {%- endif -%}
    {%- endif -%}
    select 1
{%- endmacro %}

{% macro spark__check_salt() -%}
    select 1
{%- endmacro %}
