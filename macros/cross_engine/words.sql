{#- What a text is cut into: words (with the n't of English and the + of a mark), numbers (a decimal, or
    a fraction such as 4/5), emoticons, rows of stars, other emoji, and the signs that end a sentence or
    a clause. Written in the body, as Jinja would unescape a string; \x27 is an apostrophe, \x22 a double
    quote. -#}
{% macro token_pattern() -%}
    \p{L}+[nN]\x27[tT]|\p{L}+[+]|\p{L}+|[0-9]+(?:[.,][0-9]+)?(?:/[0-9]+)?|[:;=]-?[()]+|<3|[\x{2B50}\x{2605}\x{2606}]+|[\x{1F000}-\x{1FAFF}\x{2600}-\x{27BF}\x{231B}\x{23F3}\x{2705}]|[.!?;:\x{2026}\n\r]+|[,()\[\]\x22\x{AB}\x{BB}\x{201C}\x{201D}\x{2014}]|[ ][-\x{2013}][ ]
{%- endmacro %}


{#- The tokens of a text, in order. Combining accents that no letter took in are left out. -#}
{% macro tokens_of(text) -%}
    {{ return(adapter.dispatch('tokens_of', 'viaggio')(text)) }}
{%- endmacro %}

{% macro duckdb__tokens_of(text) -%}
    regexp_extract_all({{ text }}, '{{ token_pattern() }}')
{%- endmacro %}

{% macro spark__tokens_of(text) -%}
    regexp_extract_all({{ text }}, r'{{ token_pattern() }}', 0)
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


{#- A text in which the Italian "ne ... ne", typed without its accents, has them: "né bello né comodo".
    A single ne is a pronoun. -#}
{% macro accented_neither(text) -%}
    {{ return(adapter.dispatch('accented_neither', 'viaggio')(text)) }}
{%- endmacro %}

{% macro duckdb__accented_neither(text) -%}
    regexp_replace(
        {{ text }}, '(?i)\b(ne|n[eèé]\x27?) (\p{L}+(?: \p{L}+)?,?) (ne|n[eèé]\x27?) ', 'né \2 né ', 'g'
    )
{%- endmacro %}

{% macro spark__accented_neither(text) -%}
    regexp_replace(
        {{ text }}, r'(?i)\b(ne|n[eèé]\x27?) (\p{L}+(?: \p{L}+)?,?) (ne|n[eèé]\x27?) ', 'né $2 né '
    )
{%- endmacro %}


{#- The character with a number of Unicode. -#}
{% macro character(number) -%}
    {{ return(adapter.dispatch('character', 'viaggio')(number)) }}
{%- endmacro %}

{% macro duckdb__character(number) -%}
    chr({{ number }})
{%- endmacro %}

{% macro spark__character(number) -%}
    decode(unhex(lpad(hex({{ number }}), 8, '0')), 'UTF-32')
{%- endmacro %}


{#- The number that hexadecimal digits write. -#}
{% macro from_hex(digits) -%}
    {{ return(adapter.dispatch('from_hex', 'viaggio')(digits)) }}
{%- endmacro %}

{% macro duckdb__from_hex(digits) -%}
    cast('0x' || {{ digits }} as integer)
{%- endmacro %}

{% macro spark__from_hex(digits) -%}
    cast(conv({{ digits }}, 16, 10) as integer)
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


{#- The elements of a list from one position, counted from 1, to another; none if that stands before it. -#}
{% macro list_part(list, first, last) -%}
    {{ return(adapter.dispatch('list_part', 'viaggio')(list, first, last)) }}
{%- endmacro %}

{% macro duckdb__list_part(list, first, last) -%}
    {{ list }}[{{ first }}:{{ last }}]
{%- endmacro %}

{% macro spark__list_part(list, first, last) -%}
    slice({{ list }}, {{ first }}, greatest({{ last }} - {{ first }} + 1, 0))
{%- endmacro %}


{#- Query of one row per position of some lists of a relation: the elements at that position,
    `position`, counted from 1, and `columns` of the relation. `lists` names each element and gives
    the SQL of its list; a list that is shorter than the longest gives null. -#}
{% macro list_rows(relation, columns, lists) -%}
    {{ return(adapter.dispatch('list_rows', 'viaggio')(relation, columns | join(', '), lists)) }}
{%- endmacro %}

{% macro duckdb__list_rows(relation, columns, lists) -%}
    select
        {{ columns }},
        {%- for name, list in lists.items() %}
        unnest({{ list }}) as {{ name }},
        {%- endfor %}
        cast(generate_subscripts({{ lists.values() | first }}, 1) as integer) as position
    from {{ relation }}
{%- endmacro %}

{% macro spark__list_rows(relation, columns, lists) -%}
    select
        {{ columns }},
        {%- for name in lists %}
        elements.{{ name }},
        {%- endfor %}
        place + 1 as position
    from (
        select
            {{ columns }}
            {%- for name, list in lists.items() %},
            {{ list }} as {{ name }}
            {%- endfor %}
        from {{ relation }}
    ) as listed
    lateral view posexplode(arrays_zip({{ lists | join(', ') }})) exploded as place, elements
{%- endmacro %}


{#- Whether a token is a word: begins with a letter of any script. -#}
{% macro is_word(token) -%}
    {{ return(adapter.dispatch('is_word', 'viaggio')(token)) }}
{%- endmacro %}

{% macro duckdb__is_word(token) -%}
    case
        when {{ token }} >= 'a' and {{ token }} < '{' then true
        else regexp_matches({{ token }}, '^\p{L}')
    end
{%- endmacro %}

{% macro spark__is_word(token) -%}
    regexp_like({{ token }}, r'^\p{L}')
{%- endmacro %}
