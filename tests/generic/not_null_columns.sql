{#- None of the columns is ever null, asked in one scan of the model rather than one per column:
    its failures are the null values; the row it returns tells them apart by column. -#}
{% test not_null_columns(model, columns) %}
{{ config(fail_calc='coalesce(sum(null_values), 0)') }}

    select
        {%- for column in columns %}
        count(*) - count({{ adapter.quote(column) }}) as {{ adapter.quote(column) }},
        {%- endfor %}
        count(*) * {{ columns | length }}{% for column in columns %} - count({{ adapter.quote(column) }}){% endfor %} as null_values
    from {{ model }}

{% endtest %}
