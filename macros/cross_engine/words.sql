{#- What a text is cut into: words (with the n't of English), numbers, emoji and emoticons, and the
    signs that end a sentence or a clause. Written in the body, as Jinja would unescape a string;
    \x27 is an apostrophe, \x22 a double quote. -#}
{% macro token_pattern() -%}
    \p{L}+[nN]\x27[tT]|\p{L}+|[0-9]+|[:;=]-?[()]+|<3|[\x{1F000}-\x{1FAFF}\x{2600}-\x{27BF}\x{2B50}\x{231B}\x{23F3}\x{2705}]|[.!?;:\x{2026}\n\r]+|[,()\[\]\x22\x{AB}\x{BB}\x{201C}\x{201D}\x{2014}]|[ ][-\x{2013}][ ]
{%- endmacro %}


{#- The tokens of a text, in order. Combining accents are taken off first. -#}
{% macro tokens_of(text) -%}
    {{ return(adapter.dispatch('tokens_of', 'viaggio')(text)) }}
{%- endmacro %}

{% macro duckdb__tokens_of(text) -%}
    regexp_extract_all(
        regexp_replace({{ text }}, '[\x{300}-\x{36F}]', '', 'g'),
        '{{ token_pattern() }}'
    )
{%- endmacro %}

{% macro spark__tokens_of(text) -%}
    regexp_extract_all(
        regexp_replace({{ text }}, r'[\x{300}-\x{36F}]', ''),
        r'{{ token_pattern() }}',
        0
    )
{%- endmacro %}


{#- A text with all that matches a pattern replaced (no backslashes: Spark would unescape them). -#}
{% macro replace_pattern(text, pattern, replacement) -%}
    {{ return(adapter.dispatch('replace_pattern', 'viaggio')(text, pattern, replacement)) }}
{%- endmacro %}

{% macro duckdb__replace_pattern(text, pattern, replacement) -%}
    regexp_replace({{ text }}, '{{ pattern }}', '{{ replacement }}', 'g')
{%- endmacro %}

{% macro spark__replace_pattern(text, pattern, replacement) -%}
    regexp_replace({{ text }}, '{{ pattern }}', '{{ replacement }}')
{%- endmacro %}


{#- The texts of a list with a separator between them. -#}
{% macro join_list(list, separator) -%}
    {{ return(adapter.dispatch('join_list', 'viaggio')(list, separator)) }}
{%- endmacro %}

{% macro duckdb__join_list(list, separator) -%}
    array_to_string({{ list }}, '{{ separator }}')
{%- endmacro %}

{% macro spark__join_list(list, separator) -%}
    array_join({{ list }}, '{{ separator }}')
{%- endmacro %}


{#- Whether a token is a word: begins with a letter of any script. -#}
{% macro is_word(token) -%}
    {{ return(adapter.dispatch('is_word', 'viaggio')(token)) }}
{%- endmacro %}

{% macro duckdb__is_word(token) -%}
    regexp_matches({{ token }}, '^\p{L}')
{%- endmacro %}

{% macro spark__is_word(token) -%}
    regexp_like({{ token }}, r'^\p{L}')
{%- endmacro %}
