{#- Query of the touchpoints that touchpoints_to_read names, as int_touchpoints__sequenced has them. DuckDB reads the
    days' tables, under the views: persons are known and not looked up on the map of all identifiers.
    On Spark int_touchpoints__identity_resolved is a table, and one scan of it takes less than planning the views. -#}
{% macro touchpoints_read(reading) -%}
    {{ return(adapter.dispatch('touchpoints_read', 'viaggio')(reading)) }}
{%- endmacro %}

{% macro duckdb__touchpoints_read(reading) -%}
    with

    touchpoints as (

        select
            touchpoints.*,
            persons.person_id
        from {{ ref('int_touchpoints__enriched') }} as touchpoints
        inner join {{ reading.persons }} as persons
            on
                touchpoints.identifier_id = persons.identifier_id
                and touchpoints.event_day >= persons.first_new_day
        where
            persons.is_continued
            and persons.first_new_day >= date '{{ reading.recent_day }}'
            and touchpoints.event_day >= date '{{ reading.recent_day }}'

        union all

        select
            touchpoints.*,
            persons.person_id
        from {{ ref('int_touchpoints__enriched') }} as touchpoints
        inner join {{ reading.persons }} as persons
            on touchpoints.identifier_id = persons.identifier_id
        where
            not (persons.is_continued and persons.first_new_day >= date '{{ reading.recent_day }}')
            and (not persons.is_continued or touchpoints.event_day >= persons.first_new_day)

    ),

    assigned as (

        {{ touchpoints_assigned('touchpoints') }}

    )

    {{ touchpoints_ordered('assigned') }}
{%- endmacro %}

{% macro spark__touchpoints_read(reading) -%}
    with

    assigned as (

        select touchpoints.*
        from {{ ref('int_touchpoints__identity_resolved') }} as touchpoints
        inner join {{ reading.persons }} as persons
            on touchpoints.identifier_id = persons.identifier_id
        where not persons.is_continued or touchpoints.event_day >= persons.first_new_day

    )

    {{ touchpoints_ordered('assigned') }}
{%- endmacro %}
