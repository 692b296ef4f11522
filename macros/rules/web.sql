{#- A parameter of a GA4 event as text, whichever typed field it was sent in; reads the lists
    `parameter_keys` and `parameter_texts`. -#}
{% macro parameter_text(key) -%}
    {{ list_lookup('parameter_texts', 'parameter_keys', key) }}
{%- endmacro %}


{#- The same as an integer, fractions rounded. -#}
{% macro parameter_integer(key) -%}
    {{ parse_integer(parameter_text(key)) }}
{%- endmacro %}


{#- The same as true or false; null where it says neither. -#}
{% macro parameter_boolean(key) -%}
    case lower({{ parameter_text(key) }})
        when '1' then true
        when 'true' then true
        when '0' then false
        when 'false' then false
    end
{%- endmacro %}


{#- A parameter of the page's query string, decoded; null where it is absent or empty. Reads
    `page_query`, null on most rows, so that few rows pay for the pattern. -#}
{% macro query_parameter(name) -%}
    {%- set value = "nullif(regexp_extract(page_query, '(^|&)" ~ name ~ "=([^&]*)', 2), '')" -%}
    {{ decode_url(value) }}
{%- endmacro %}


{#- A consent state (Yes, No or nothing) as true, false or null. -#}
{% macro consent(state) -%}
    case lower({{ state }}) when 'yes' then true when 'no' then false end
{%- endmacro %}
