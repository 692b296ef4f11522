{#- Columns that make two raw rows the same thing, as the contract (the source's YAML) has them. -#}
{% macro business_key(source_name, table_name) -%}
    {%- if execute -%}
        {{
            graph.sources['source.viaggio.' ~ source_name ~ '.' ~ table_name]
            .config.meta.business_key | join(', ')
        }}
    {%- endif -%}
{%- endmacro %}


{#- Column that says when a version was written, as the contract has it; empty where it has none. -#}
{% macro updated_at_column(source_name, table_name) -%}
    {%- if execute -%}
        {{
            graph.sources['source.viaggio.' ~ source_name ~ '.' ~ table_name]
            .config.meta.get('updated_at', '')
        }}
    {%- endif -%}
{%- endmacro %}


{#- Number of a raw row among those with the same business key, 1 being the one that counts: the
    newest `updated_at`, where the contract names such a column, else the last loaded; of one landing,
    the row of the later file (by name), then the later row of the file. Where days are staged alone (`by_day`), a key on another day is another thing. -#}
{% macro version_number(source_name, table_name, by_day=false) -%}
    {%- set updated_at = updated_at_column(source_name, table_name) | trim -%}
    row_number() over (
        partition by {{ 'event_day, ' if by_day }}{{ business_key(source_name, table_name) }}
        order by
            {{ updated_at ~ ' desc nulls last,' if updated_at }}
            _loaded_at desc,
            _source_file desc,
            _source_row desc nulls last,
            _row_hash desc
    )
{%- endmacro %}


{#- Number of raw rows with the same business key, which the staged row replaces. -#}
{% macro version_count(source_name, table_name, by_day=false) -%}
    count(*) over (
        partition by {{ 'event_day, ' if by_day }}{{ business_key(source_name, table_name) }}
    )
{%- endmacro %}
