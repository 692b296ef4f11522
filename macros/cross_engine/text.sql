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


{#- A text with %xx and + decoded. One with a % that no two hexadecimal digits follow, or that is no
    UTF-8 when decoded, keeps its %xx as they are. -#}
{% macro decode_url(text) -%}
    case
        when {{ matches(text, "'%([^0-9A-Fa-f]|[0-9A-Fa-f][^0-9A-Fa-f]|[0-9A-Fa-f]?$)'") }}
            then replace({{ text }}, '+', ' ')
        else
            coalesce(
                {{ adapter.dispatch('decode_url', 'viaggio')(text) }}, replace({{ text }}, '+', ' ')
            )
    end
{%- endmacro %}

{% macro duckdb__decode_url(text) -%}
    try(url_decode(replace({{ text }}, '+', ' ')))
{%- endmacro %}

{#- Java replaces bytes that are no UTF-8 by a character of its own. -#}
{% macro spark__decode_url(text) -%}
    case
        when instr(try_url_decode({{ text }}), '�') = 0
            or instr(lower({{ text }}), '%ef%bf%bd') > 0
            then try_url_decode({{ text }})
    end
{%- endmacro %}


{#- The integer a text holds, fractions rounded half away from zero; null where it holds none. Only
    plain digits count: not 0x1F or 1_000, which DuckDB reads, nor digits of other scripts, which Spark
    reads. -#}
{% macro parse_integer(text) -%}
    {{ return(adapter.dispatch('parse_integer', 'viaggio')(text)) }}
{%- endmacro %}

{% macro duckdb__parse_integer(text) -%}
    try_cast({{ plain_digits(text) }} as bigint)
{%- endmacro %}

{% macro spark__parse_integer(text) -%}
    coalesce(
        try_cast({{ plain_digits(text) }} as bigint),
        try_cast(round(try_cast({{ plain_digits(text) }} as decimal(28, 6))) as bigint)
    )
{%- endmacro %}


{#- The number a text holds, to six decimals; null where it holds none in plain digits. -#}
{% macro parse_decimal(text) -%}
    try_cast({{ plain_digits(text) }} as decimal(28, 6))
{%- endmacro %}


{#- A text that an engine reads a number into only if the other one does. -#}
{% macro plain_digits(text) -%}
    {{ return(adapter.dispatch('plain_digits', 'viaggio')(text)) }}
{%- endmacro %}

{% macro duckdb__plain_digits(text) -%}
    translate({{ text }}, '_xXbB', '?????')
{%- endmacro %}

{% macro spark__plain_digits(text) -%}
    regexp_replace({{ text }}, '[^ -~]', '?')
{%- endmacro %}
