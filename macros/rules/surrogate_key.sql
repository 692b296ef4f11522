{#- One key for a combination of columns: MD5 over their texts. A null differs from an empty text,
    and a|b with c from a with b|c. Give timestamps as microseconds, whose text is the same on every
    engine. -#}
{% macro surrogate_key(columns) -%}
    md5(
        {%- for column in columns %}
        coalesce(replace(replace(cast({{ column }} as string), '~', '~t'), '|', '~p'), '~'){{ " || '|' ||" if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}
