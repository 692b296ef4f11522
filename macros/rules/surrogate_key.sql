{#- One key for a combination of columns: MD5 over their texts, a null told apart from an empty
    text. Give timestamps as microseconds, whose text is alike on every engine. -#}
{% macro surrogate_key(columns) -%}
    md5(
        {%- for column in columns %}
        coalesce(cast({{ column }} as string), '~'){{ " || '|' ||" if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}
