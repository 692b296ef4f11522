{#- Rules that each row keeps; a rule that is null for a row is kept. `rules` gives each condition in words.
    All of them are checked in one scan. Fails with one row, whose message says which rules are broken. -#}
{% test rows_hold(model, rules) %}

    with

    counted as (

        select
            {%- for condition in rules.values() %}
            sum(case when not ({{ condition }}) then 1 else 0 end) as broken_{{ loop.index }},
            {%- endfor %}
            count(*) as row_count
        from {{ model }}

    ),

    broken_rules as (

        select
            concat_ws(
                '; '
                {%- for words, condition in rules.items() %},
                case
                    when broken_{{ loop.index }} > 0
                        then concat(
                            '{{ words }}: expected {{ condition | replace("'", "''") }}, but not in ',
                            broken_{{ loop.index }}, ' of ', row_count, ' rows'
                        )
                end
                {%- endfor %}
            ) as message
        from counted

    )

    select message
    from broken_rules
    where message <> ''

{% endtest %}
