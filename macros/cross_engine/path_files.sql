{#- Query of a CSV file of paths: path, conversions, value and nulls; 0 in columns the file lacks. Blanks
    around channels do not matter. DuckDB only: Spark's tables of paths need no file. -#}
{% macro paths_of_file(file) -%}
    {{ return(adapter.dispatch('paths_of_file', 'viaggio')(file)) }}
{%- endmacro %}

{% macro duckdb__paths_of_file(file) -%}
    select
        case
            when contains(replace(path, ' > ', ''), '>') or contains(path, '  ') or path <> trim(path)
                then array_to_string(
                    list_transform(string_split(path, '>'), lambda channel: trim(channel)), ' > '
                )
            else path
        end as path,
        coalesce(conversions, 0) as conversions,
        coalesce(value, 0) as value,
        coalesce(nulls, 0) as nulls
    from (
        select * from read_csv(
            '{{ file | replace("'", "''") }}',
            header = true,
            types = {'path': 'varchar', 'conversions': 'bigint'}
        )
        union all by name
        select
            cast(null as varchar) as path,
            cast(null as bigint) as conversions,
            cast(null as double) as value,
            cast(null as bigint) as nulls
        where false
    ) as paths
{%- endmacro %}

{% macro spark__paths_of_file(file) -%}
    {{ exceptions.raise_compiler_error('Path files are read with DuckDB: use the target dev or ci.') }}
{%- endmacro %}


{#- Write the rows of a query to a CSV file with a header. DuckDB only. -#}
{% macro write_csv(query, file) -%}
    {{ return(adapter.dispatch('write_csv', 'viaggio')(query, file)) }}
{%- endmacro %}

{% macro duckdb__write_csv(query, file) -%}
    {%- do run_query("copy (" ~ query ~ ") to '" ~ file | replace("'", "''") ~ "' (format csv, header)") -%}
{%- endmacro %}

{% macro spark__write_csv(query, file) -%}
    {{ exceptions.raise_compiler_error('Path files are written with DuckDB: use the target dev or ci.') }}
{%- endmacro %}
