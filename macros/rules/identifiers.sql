{#- Key of an identifier of a person: its type and its value, hashed. Null where there is no value.
    Types: device (stream_id|user_pseudo_id), customer, contact, email and phone (salted hashes),
    loyalty_card, handle (network|salted hash), order. -#}
{% macro identifier_id(type, value) -%}
    md5('{{ type }}|' || {{ value }})
{%- endmacro %}


{#- Value of a device identifier; null without a user_pseudo_id. -#}
{% macro device_value(stream_id, user_pseudo_id) -%}
    coalesce({{ stream_id }}, '') || '|' || {{ user_pseudo_id }}
{%- endmacro %}
