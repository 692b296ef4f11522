{#- Salted SHA-256 of a text that is already in its normal form. The salt is read when the query
    runs, so it stands in no compiled SQL and in no artifact. -#}
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


{#- Salted hash of a phone number in E.164; null where it cannot be a number. -#}
{% macro phone_hash(phone) -%}
    {{ salted_hash(normal_phone(phone)) }}
{%- endmacro %}


{#- A phone number in E.164 (+ and 8 to 15 digits): separators dropped, 00 read as +,
    `default_country_code` put before a number without either; null where it cannot be one. -#}
{% macro normal_phone(phone) -%}
    {%- set digits = remove_pattern(phone, '[-+ ./()]') -%}
    {%- set typed = 'trim(' ~ phone ~ ')' -%}
    case
        when not {{ matches(digits, "'^[0-9]{6,17}$'") }} then null
        when {{ typed }} like '+%' and length({{ digits }}) between 8 and 15
            then '+' || {{ digits }}
        when {{ typed }} like '+%' then null
        when {{ digits }} like '00%' and length({{ digits }}) between 10 and 17
            then '+' || substr({{ digits }}, 3)
        when {{ digits }} like '00%' then null
        when length({{ digits }}) between 6 and 13
            then '+{{ var("default_country_code") }}' || {{ digits }}
    end
{%- endmacro %}


{#- Salted hash of a social handle, compared without case, outer blanks or a leading @. -#}
{% macro handle_hash(handle) -%}
    {{ salted_hash("nullif(lower(" ~ remove_pattern(handle, '^[ ]*@|[ ]+$|^[ ]+') ~ "), '')") }}
{%- endmacro %}
