{#- Salted SHA-256 of a text that is already in its normal form. The salt is read when the query
    runs, so no compiled SQL and no artifact holds it. -#}
{% macro salted_hash(text) -%}
    {{ sha256_hex("(select hash_salt.salt from " ~ source('landing', 'hash_salt') ~ " as hash_salt) || " ~ text) }}
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
    {{ salted_hash("nullif(lower(" ~ remove_pattern(handle, '^[ ]*@|[ ]+$|^[ ]+') ~ "), '')") }}
{%- endmacro %}
