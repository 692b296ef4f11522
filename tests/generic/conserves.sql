{#- The model's totals are those of another relation, so that nothing is lost, added or counted twice.
    `totals` gives each total a name and two aggregates, here and there, or one for both. Each side is
    scanned once. Fails with one row, whose message says what was found and expected. -#}
{% test conserves(model, of, totals, of_where='true') %}

    with

    here as (

        select
            {%- for aggregates in totals.values() %}
            coalesce({{ aggregates if aggregates is string else aggregates[0] }}, 0)
                as total_{{ loop.index }}{{ ',' if not loop.last }}
            {%- endfor %}
        from {{ model }}

    ),

    there as (

        select
            {%- for aggregates in totals.values() %}
            coalesce({{ aggregates if aggregates is string else aggregates[1] }}, 0)
                as total_{{ loop.index }}{{ ',' if not loop.last }}
            {%- endfor %}
        from {{ of }}
        where {{ of_where }}

    ),

    differences as (

        select
            concat_ws(
                '; '
                {%- for name in totals %},
                case
                    when here.total_{{ loop.index }} <> there.total_{{ loop.index }}
                        then concat(
                            '{{ name }}: found ', here.total_{{ loop.index }},
                            ', expected ', there.total_{{ loop.index }}, ' as in {{ of.identifier }}'
                        )
                end
                {%- endfor %}
            ) as message
        from here
        cross join there

    )

    select message
    from differences
    where message <> ''

{% endtest %}
