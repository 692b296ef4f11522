{#- Why a row is left out of all figures, or null where it counts: the first that holds of test (of the
    company's own systems), internal (the company's own people), bot (a program on the site) and machine
    (a program that opens e-mails). `causes` names those that the rows of `relation` have a flag for. -#}
{% macro exclusion_reason(causes, relation=none) -%}
    {%- set prefix = relation ~ '.' if relation else '' -%}
    case
        {%- for cause in ('test', 'internal', 'bot', 'machine') if cause in causes %}
        when {{ prefix }}is_{{ cause }} then '{{ cause }}'
        {%- endfor %}
    end
{%- endmacro %}
