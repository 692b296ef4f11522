{#- A number that stands for the values of some columns, of four bits a digit. Sums of 40 bits tell two
    sets of rows apart, whatever their order; 60 bits make a key. Give timestamps as microseconds. -#}
{% macro fingerprint(columns, digits=10) -%}
    {{ return(adapter.dispatch('fingerprint', 'viaggio')(surrogate_key(columns), digits)) }}
{%- endmacro %}

{% macro duckdb__fingerprint(hash, digits) -%}
    cast('0x' || substr({{ hash }}, 1, {{ digits }}) as bigint)
{%- endmacro %}

{% macro spark__fingerprint(hash, digits) -%}
    cast(conv(substr({{ hash }}, 1, {{ digits }}), 16, 10) as bigint)
{%- endmacro %}


{#- A number of 40 bits for the values of some columns, cheaper than a fingerprint: each engine has
    its own, so it may say that something changed and nothing else. -#}
{% macro additive_fingerprint(columns) -%}
    {{ return(adapter.dispatch('additive_fingerprint', 'viaggio')(columns | join(', '))) }}
{%- endmacro %}

{% macro duckdb__additive_fingerprint(values) -%}
    cast(hash({{ values }}) >> 24 as bigint)
{%- endmacro %}

{% macro spark__additive_fingerprint(values) -%}
    shiftrightunsigned(xxhash64({{ values }}), 24)
{%- endmacro %}
