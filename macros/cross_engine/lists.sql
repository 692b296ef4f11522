{#- One field, or one expression over the fields, of each element of a list of structs.
    `expression` names the element `element`. -#}
{% macro list_transform(list, expression) -%}
    {{ return(adapter.dispatch('list_transform', 'viaggio')(list, expression)) }}
{%- endmacro %}

{% macro duckdb__list_transform(list, expression) -%}
    list_transform({{ list }}, lambda element: {{ expression }})
{%- endmacro %}

{% macro spark__list_transform(list, expression) -%}
    transform({{ list }}, element -> {{ expression }})
{%- endmacro %}


{#- Element of `list` at the place where `keys`, a list as long, first holds the text `key`;
    null where it does not. -#}
{% macro list_lookup(list, keys, key) -%}
    {{ return(adapter.dispatch('list_lookup', 'viaggio')(list, keys, key)) }}
{%- endmacro %}

{% macro duckdb__list_lookup(list, keys, key) -%}
    {{ list }}[list_position({{ keys }}, '{{ key }}')]
{%- endmacro %}

{% macro spark__list_lookup(list, keys, key) -%}
    try_element_at({{ list }}, cast(nullif(array_position({{ keys }}, '{{ key }}'), 0) as int))
{%- endmacro %}


{#- Element of a list at a position counted from 1; null where there is none, as at 0, which is the
    last position of an empty list. -#}
{% macro list_element(list, position) -%}
    {{ return(adapter.dispatch('list_element', 'viaggio')(list, position)) }}
{%- endmacro %}

{% macro duckdb__list_element(list, position) -%}
    {{ list }}[{{ position }}]
{%- endmacro %}

{% macro spark__list_element(list, position) -%}
    try_element_at({{ list }}, nullif({{ position }}, 0))
{%- endmacro %}


{#- Number of elements of a list; null where there is no list. -#}
{% macro list_length(list) -%}
    {{ return(adapter.dispatch('list_length', 'viaggio')(list)) }}
{%- endmacro %}

{% macro duckdb__list_length(list) -%}
    len({{ list }})
{%- endmacro %}

{% macro spark__list_length(list) -%}
    size({{ list }})
{%- endmacro %}


{#- One row per element of a list that is not empty, holding its position counted from 1.
    Stands alone in a select list; rows with empty lists must be filtered out before. -#}
{% macro unnest_positions(list) -%}
    {{ return(adapter.dispatch('unnest_positions', 'viaggio')(list)) }}
{%- endmacro %}

{% macro duckdb__unnest_positions(list) -%}
    cast(unnest(generate_series(1, len({{ list }}))) as integer)
{%- endmacro %}

{% macro spark__unnest_positions(list) -%}
    explode(sequence(1, size({{ list }})))
{%- endmacro %}


{#- One row per element of a list, holding it; none for an empty list. Stands alone in a select
    list. -#}
{% macro unnest_list(list) -%}
    {{ return(adapter.dispatch('unnest_list', 'viaggio')(list)) }}
{%- endmacro %}

{% macro duckdb__unnest_list(list) -%}
    unnest({{ list }})
{%- endmacro %}

{% macro spark__unnest_list(list) -%}
    explode({{ list }})
{%- endmacro %}


{#- One row per integer from `first` to `last`, which is not below it. Stands alone in a select list. -#}
{% macro unnest_range(first, last) -%}
    {{ return(adapter.dispatch('unnest_range', 'viaggio')(first, last)) }}
{%- endmacro %}

{% macro duckdb__unnest_range(first, last) -%}
    cast(unnest(generate_series({{ first }}, {{ last }})) as integer)
{%- endmacro %}

{% macro spark__unnest_range(first, last) -%}
    explode(sequence({{ first }}, {{ last }}))
{%- endmacro %}


{#- A list of the given expressions, which are of one type. -#}
{% macro list_of(expressions) -%}
    {{ return(adapter.dispatch('list_of', 'viaggio')(expressions)) }}
{%- endmacro %}

{% macro duckdb__list_of(expressions) -%}
    [{{ expressions | join(', ') }}]
{%- endmacro %}

{% macro spark__list_of(expressions) -%}
    array({{ expressions | join(', ') }})
{%- endmacro %}


{#- Whether a list holds a value; null where there is no list. -#}
{% macro list_holds(list, value) -%}
    {{ return(adapter.dispatch('list_holds', 'viaggio')(list, value)) }}
{%- endmacro %}

{% macro duckdb__list_holds(list, value) -%}
    list_contains({{ list }}, {{ value }})
{%- endmacro %}

{% macro spark__list_holds(list, value) -%}
    array_contains({{ list }}, {{ value }})
{%- endmacro %}
