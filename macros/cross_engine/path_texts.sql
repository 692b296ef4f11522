{#- The parts of a text between separators, as a list. -#}
{% macro split_text(text, separator) -%}
    {{ return(adapter.dispatch('split_text', 'viaggio')(text, separator)) }}
{%- endmacro %}

{% macro duckdb__split_text(text, separator) -%}
    string_split({{ text }}, '{{ separator }}')
{%- endmacro %}

{% macro spark__split_text(text, separator) -%}
    split({{ text }}, '{{ separator }}')
{%- endmacro %}


{#- For each element of a list of texts, it and those right before it, so many in all, as one text. -#}
{% macro list_trails(list, length, separator) -%}
    {{ return(adapter.dispatch('list_trails', 'viaggio')(list, length, separator)) }}
{%- endmacro %}

{% macro duckdb__list_trails(list, length, separator) -%}
    list_transform(
        {{ list }},
        lambda element, place:
            array_to_string(
                {{ list }}[greatest(place - {{ length - 1 }}, 1):place], '{{ separator }}'
            )
    )
{%- endmacro %}

{% macro spark__list_trails(list, length, separator) -%}
    transform(
        {{ list }},
        (element, place) -> array_join(
            slice(
                {{ list }},
                greatest(place - {{ length - 2 }}, 1),
                least(place + 1, {{ length }})
            ),
            '{{ separator }}'
        )
    )
{%- endmacro %}


{#- The different elements of a list, in ascending order. -#}
{% macro list_members(list) -%}
    {{ return(adapter.dispatch('list_members', 'viaggio')(list)) }}
{%- endmacro %}

{% macro duckdb__list_members(list) -%}
    list_sort(list_distinct({{ list }}))
{%- endmacro %}

{% macro spark__list_members(list) -%}
    array_sort(array_distinct({{ list }}))
{%- endmacro %}


{#- Query of one row per step along a list of texts: from `start` to the first element, from each to
    the next, and from the last to `end`, as from_state and to_state, with `columns` of the
    relation. -#}
{% macro steps_along(relation, list, start, end, columns) -%}
    {{
        return(adapter.dispatch('steps_along', 'viaggio')(
            relation, list, start, end, columns | join(', ')
        ))
    }}
{%- endmacro %}

{% macro duckdb__steps_along(relation, list, start, end, columns) -%}
    select
        unnest(list_prepend('{{ start }}', {{ list }})) as from_state,
        unnest(list_append({{ list }}, '{{ end }}')) as to_state,
        {{ columns }}
    from {{ relation }}
{%- endmacro %}

{% macro spark__steps_along(relation, list, start, end, columns) -%}
    select
        step.from_state,
        step.to_state,
        {{ columns }}
    from (
        select
            explode(
                zip_with(
                    concat(array('{{ start }}'), {{ list }}),
                    concat({{ list }}, array('{{ end }}')),
                    (here, next) -> struct(here as from_state, next as to_state)
                )
            ) as step,
            {{ columns }}
        from {{ relation }}
    ) as steps
{%- endmacro %}
