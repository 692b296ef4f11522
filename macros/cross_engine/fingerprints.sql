{#- A number of 40 bits that stands for the values of some columns. Sums of such numbers tell two
    sets of rows apart, whatever their order. Give timestamps as microseconds. -#}
{% macro fingerprint(columns) -%}
    {{ return(adapter.dispatch('fingerprint', 'viaggio')(surrogate_key(columns))) }}
{%- endmacro %}

{% macro duckdb__fingerprint(hash) -%}
    cast('0x' || substr({{ hash }}, 1, 10) as bigint)
{%- endmacro %}

{% macro spark__fingerprint(hash) -%}
    cast(conv(substr({{ hash }}, 1, 10), 16, 10) as bigint)
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
