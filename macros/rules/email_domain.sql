{#- Domain of an e-mail address in lower case; empty where there is none. -#}
{% macro email_domain(email) -%}
    lower(trim(split_part({{ email }}, '@', 2)))
{%- endmacro %}
