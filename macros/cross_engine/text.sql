{#- SHA-256 of a text, 64 hexadecimal digits in lower case. -#}
{% macro sha256_hex(text) -%}
    {{ return(adapter.dispatch('sha256_hex', 'viaggio')(text)) }}
{%- endmacro %}

{% macro duckdb__sha256_hex(text) -%}
    sha256({{ text }})
{%- endmacro %}

{% macro spark__sha256_hex(text) -%}
    sha2({{ text }}, 256)
{%- endmacro %}


{#- A 64-bit integer as hexadecimal digits (two's complement, upper case, no leading zeros). -#}
{% macro to_hex(integer) -%}
    {{ return(adapter.dispatch('to_hex', 'viaggio')(integer)) }}
{%- endmacro %}

{% macro duckdb__to_hex(integer) -%}
    to_hex({{ integer }})
{%- endmacro %}

{% macro spark__to_hex(integer) -%}
    hex({{ integer }})
{%- endmacro %}


{#- A text without all that matches a pattern (no backslashes: Spark would unescape them). -#}
{% macro remove_pattern(text, pattern) -%}
    {{ return(adapter.dispatch('remove_pattern', 'viaggio')(text, pattern)) }}
{%- endmacro %}

{% macro duckdb__remove_pattern(text, pattern) -%}
    regexp_replace({{ text }}, '{{ pattern }}', '', 'g')
{%- endmacro %}

{% macro spark__remove_pattern(text, pattern) -%}
    regexp_replace({{ text }}, '{{ pattern }}', '')
{%- endmacro %}


{#- Whether any part of a text matches a pattern (no backslashes: Spark would unescape them). -#}
{% macro matches(text, pattern) -%}
    {{ return(adapter.dispatch('matches', 'viaggio')(text, pattern)) }}
{%- endmacro %}

{% macro duckdb__matches(text, pattern) -%}
    regexp_matches({{ text }}, {{ pattern }})
{%- endmacro %}

{% macro spark__matches(text, pattern) -%}
    regexp_like({{ text }}, {{ pattern }})
{%- endmacro %}


{#- A text with %xx and + decoded; one that is malformed stays as it is. -#}
{% macro decode_url(text) -%}
    {{ return(adapter.dispatch('decode_url', 'viaggio')(text)) }}
{%- endmacro %}

{% macro duckdb__decode_url(text) -%}
    url_decode(replace({{ text }}, '+', ' '))
{%- endmacro %}

{% macro spark__decode_url(text) -%}
    coalesce(try_url_decode({{ text }}), replace({{ text }}, '+', ' '))
{%- endmacro %}


{#- The integer a text holds, fractions rounded half away from zero; null where it holds none. -#}
{% macro parse_integer(text) -%}
    {{ return(adapter.dispatch('parse_integer', 'viaggio')(text)) }}
{%- endmacro %}

{% macro duckdb__parse_integer(text) -%}
    try_cast({{ text }} as bigint)
{%- endmacro %}

{% macro spark__parse_integer(text) -%}
    coalesce(
        try_cast({{ text }} as bigint),
        try_cast(round(try_cast({{ text }} as decimal(28, 6))) as bigint)
    )
{%- endmacro %}
