{#- The column holds hexadecimal SHA-256 or nothing: fails with each row that may hold the plain
    text. -#}
{% test hash_or_null(model, column_name) %}

    select {{ column_name }}
    from {{ model }}
    where not {{ matches(column_name, "'^[0-9a-f]{64}$'") }}

{% endtest %}
