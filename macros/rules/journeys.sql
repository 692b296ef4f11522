{#- Statement, for a hook after a model keyed by person: deletes what it holds of persons who are no
    more, having become part of others. Nothing where the model was built whole. -#}
{% macro delete_vanished_persons(relation) -%}
    {%- if execute and is_incremental() -%}
        delete from {{ relation }}
        where person_id not in (select person_id from {{ ref('int_persons__summarised') }} where touchpoints > 0)
    {%- endif -%}
{%- endmacro %}
