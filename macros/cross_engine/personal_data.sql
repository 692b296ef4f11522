{#- A text with what matches a pattern replaced, where `before` and `after` match what stands around
    it and stays. The pattern has no groups of its own but (?:...), and no backslashes. -#}
{% macro replace_between(text, before, pattern, after, replacement) -%}
    {{ return(adapter.dispatch('replace_between', 'viaggio')(text, before, pattern, after, replacement)) }}
{%- endmacro %}

{% macro duckdb__replace_between(text, before, pattern, after, replacement) -%}
    regexp_replace({{ text }}, '({{ before }})(?:{{ pattern }})({{ after }})', '\1{{ replacement }}\2', 'g')
{%- endmacro %}

{% macro spark__replace_between(text, before, pattern, after, replacement) -%}
    regexp_replace({{ text }}, '({{ before }})(?:{{ pattern }})({{ after }})', '$1{{ replacement }}$2')
{%- endmacro %}
