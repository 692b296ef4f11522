{#- A struct of named expressions: `fields` is a list of (name, expression). -#}
{% macro struct_of(fields) -%}
    {{ return(adapter.dispatch('struct_of', 'viaggio')(fields)) }}
{%- endmacro %}

{% macro duckdb__struct_of(fields) -%}
    struct_pack(
        {%- for name, expression in fields -%}
            {{ name }} := {{ expression }}{{ ', ' if not loop.last }}
        {%- endfor -%}
    )
{%- endmacro %}

{% macro spark__struct_of(fields) -%}
    named_struct(
        {%- for name, expression in fields -%}
            '{{ name }}', {{ expression }}{{ ', ' if not loop.last }}
        {%- endfor -%}
    )
{%- endmacro %}


{#- Aggregate: the values of the rows that fulfil a condition, in ascending order; an empty list
    where there are none. Structs are ordered by their first field, then the next. -#}
{% macro sorted_list(value, condition) -%}
    {{ return(adapter.dispatch('sorted_list', 'viaggio')(value, condition)) }}
{%- endmacro %}

{% macro duckdb__sorted_list(value, condition) -%}
    coalesce(list_sort(list({{ value }}) filter (where {{ condition }})), [])
{%- endmacro %}

{% macro spark__sorted_list(value, condition) -%}
    array_sort(collect_list({{ value }}) filter (where {{ condition }}))
{%- endmacro %}


{#- Two lists as one, the second after the first; a list that is missing counts as empty. -#}
{% macro list_append(first, second) -%}
    {{ return(adapter.dispatch('list_append', 'viaggio')(first, second)) }}
{%- endmacro %}

{% macro duckdb__list_append(first, second) -%}
    list_concat({{ first }}, {{ second }})
{%- endmacro %}

{% macro spark__list_append(first, second) -%}
    case
        when {{ first }} is null then {{ second }}
        when {{ second }} is null then {{ first }}
        else concat({{ first }}, {{ second }})
    end
{%- endmacro %}


{#- A list without the elements that equal the one right before them. -#}
{% macro list_without_repeats(list) -%}
    {{ return(adapter.dispatch('list_without_repeats', 'viaggio')(list)) }}
{%- endmacro %}

{% macro duckdb__list_without_repeats(list) -%}
    list_transform(
        list_filter(
            list_zip({{ list }}, {{ list }}[2:]), lambda pair: pair[1] is distinct from pair[2]
        ),
        lambda pair: pair[1]
    )
{%- endmacro %}

{% macro spark__list_without_repeats(list) -%}
    transform(
        filter(
            zip_with(
                {{ list }},
                slice({{ list }}, 2, size({{ list }})),
                (here, next) -> struct(here as here, next as next)
            ),
            pair -> not (pair.here <=> pair.next)
        ),
        pair -> pair.here
    )
{%- endmacro %}


{#- Number of elements that equal the one two places before: A, B, A, B has two. -#}
{% macro list_returns(list) -%}
    {{ return(adapter.dispatch('list_returns', 'viaggio')(list)) }}
{%- endmacro %}

{% macro duckdb__list_returns(list) -%}
    len(list_filter(list_zip({{ list }}, {{ list }}[3:]), lambda pair: pair[1] = pair[2]))
{%- endmacro %}

{% macro spark__list_returns(list) -%}
    size(
        filter(
            zip_with(
                {{ list }},
                slice({{ list }}, 3, size({{ list }})),
                (here, next) -> here = next
            ),
            is_return -> is_return
        )
    )
{%- endmacro %}


{#- Number of different elements of a list. -#}
{% macro list_distinct_length(list) -%}
    {{ return(adapter.dispatch('list_distinct_length', 'viaggio')(list)) }}
{%- endmacro %}

{% macro duckdb__list_distinct_length(list) -%}
    list_unique({{ list }})
{%- endmacro %}

{% macro spark__list_distinct_length(list) -%}
    size(array_distinct({{ list }}))
{%- endmacro %}


{#- The elements of a list of structs that fulfil a condition over the fields, in their order.
    `condition` names the element `element`. -#}
{% macro list_filter(list, condition) -%}
    {{ return(adapter.dispatch('list_filter', 'viaggio')(list, condition)) }}
{%- endmacro %}

{% macro duckdb__list_filter(list, condition) -%}
    list_filter({{ list }}, lambda element: {{ condition }})
{%- endmacro %}

{% macro spark__list_filter(list, condition) -%}
    filter({{ list }}, element -> {{ condition }})
{%- endmacro %}


{#- The last so many elements of a list, or all of a shorter one. -#}
{% macro list_tail(list, length) -%}
    {{ return(adapter.dispatch('list_tail', 'viaggio')(list, length)) }}
{%- endmacro %}

{% macro duckdb__list_tail(list, length) -%}
    ({{ list }})[-{{ length }}:]
{%- endmacro %}

{% macro spark__list_tail(list, length) -%}
    slice({{ list }}, greatest(size({{ list }}) - {{ length }} + 1, 1), {{ length }})
{%- endmacro %}


{#- The texts of a list as one text, with a separator between them. -#}
{% macro list_text(list, separator) -%}
    {{ return(adapter.dispatch('list_text', 'viaggio')(list, separator)) }}
{%- endmacro %}

{% macro duckdb__list_text(list, separator) -%}
    array_to_string({{ list }}, '{{ separator }}')
{%- endmacro %}

{% macro spark__list_text(list, separator) -%}
    array_join({{ list }}, '{{ separator }}')
{%- endmacro %}


{#- The different elements of a list, in the order of their first appearance. -#}
{% macro list_firsts(list) -%}
    {{ return(adapter.dispatch('list_firsts', 'viaggio')(list)) }}
{%- endmacro %}

{% macro duckdb__list_firsts(list) -%}
    list_transform(
        list_filter(
            list_zip({{ list }}, range(1, len({{ list }}) + 1)),
            lambda pair: list_position({{ list }}, pair[1]) = pair[2]
        ),
        lambda pair: pair[1]
    )
{%- endmacro %}

{% macro spark__list_firsts(list) -%}
    array_distinct({{ list }})
{%- endmacro %}


{#- Each different text of a list once, in the order of its first appearance, with the number of
    times it stands there: D, A, D gives D(2), A(1). -#}
{% macro list_counted(list) -%}
    {{ return(adapter.dispatch('list_counted', 'viaggio')(list)) }}
{%- endmacro %}

{% macro duckdb__list_counted(list) -%}
    list_transform(
        {{ list_firsts(list) }},
        lambda element: element || '(' || cast(
            len(list_filter({{ list }}, lambda other: other = element)) as varchar
        ) || ')'
    )
{%- endmacro %}

{% macro spark__list_counted(list) -%}
    transform(
        {{ list_firsts(list) }},
        element -> concat(
            element, '(', cast(size(filter({{ list }}, other -> other = element)) as string), ')'
        )
    )
{%- endmacro %}


{#- Position of the last element of a list that is not `value`, an SQL text; 0 where all are. -#}
{% macro list_last_other(list, value) -%}
    {{ return(adapter.dispatch('list_last_other', 'viaggio')(list, value)) }}
{%- endmacro %}

{% macro duckdb__list_last_other(list, value) -%}
    coalesce(
        list_max(
            list_transform(
                list_zip({{ list }}, range(1, len({{ list }}) + 1)),
                lambda pair: case when pair[1] <> {{ value }} then pair[2] else 0 end
            )
        ),
        0
    )
{%- endmacro %}

{% macro spark__list_last_other(list, value) -%}
    coalesce(
        array_max(
            transform(
                {{ list }},
                (element, place) -> case when element <> {{ value }} then place + 1 else 0 end
            )
        ),
        0
    )
{%- endmacro %}


{#- The first so many elements of a list. -#}
{% macro list_head(list, length) -%}
    {{ return(adapter.dispatch('list_head', 'viaggio')(list, length)) }}
{%- endmacro %}

{% macro duckdb__list_head(list, length) -%}
    ({{ list }})[1:{{ length }}]
{%- endmacro %}

{% macro spark__list_head(list, length) -%}
    slice({{ list }}, 1, {{ length }})
{%- endmacro %}
