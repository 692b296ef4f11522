{#- Salted SHA-256 of a text that is already in its normal form. The salt is read when the query
    runs, so no compiled SQL and no artifact holds it. A placeholder of an expired day brings its
    hash along (viaggio/landing/expired.py). A salt of two lines hashes twice, a line each time: the
    first line made the placeholders, so a rotation changes only the second. -#}
{% macro salted_hash(text) -%}
    {%- set salt -%}
        (select hash_salt.salt from {{ source('landing', 'hash_salt') }} as hash_salt)
    {%- endset -%}
    {%- set hash -%}
        case
            when {{ is_placeholder(text) }} then substr({{ text }}, 8, 64)
            else {{ sha256_hex("split_part(" ~ salt ~ ", chr(10), 1) || " ~ text) }}
        end
    {%- endset -%}
    case
        when instr({{ salt }}, chr(10)) > 0
            then {{ sha256_hex("split_part(" ~ salt ~ ", chr(10), 2) || " ~ hash) }}
        else {{ hash }}
    end
{%- endmacro %}


{#- Salted hash of an e-mail address, compared without case or outer blanks; null without an @. -#}
{% macro email_hash(email) -%}
    {%- set normal -%}
        case when {{ email }} like '%@%' then lower(trim({{ email }})) end
    {%- endset -%}
    {{ salted_hash(normal) }}
{%- endmacro %}


{#- Salted hash of a social handle, compared without case, outer blanks or a leading @. -#}
{% macro handle_hash(handle) -%}
    {{ salted_hash(normal_handle(handle)) }}
{%- endmacro %}
