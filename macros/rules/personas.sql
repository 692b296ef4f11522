{#- Condition that an identifier of this type makes its person known: the shop could recognise or
    reach the person by it. The identifier of a hub does not. -#}
{% macro is_known_by_type(identifier_type) -%}
    {{ identifier_type }} in ('contact', 'customer', 'loyalty_card', 'email', 'phone')
{%- endmacro %}


{#- Select list that counts touchpoints by what they say about a person. Reads the columns of a
    touchpoint, `role` and `is_answer_seen` of its type (seed touchpoint_roles), and
    `device_category` and `is_engaged` of a session. -#}
{% macro touchpoint_counts() -%}
    count(*) as touchpoints,
        count(case when direction = 'outbound' then 1 end) as outbound_touchpoints,
        count(case when is_path_touchpoint then 1 end) as path_touchpoints,
        count(case when touchpoint_type = 'session' then 1 end) as sessions,
        count(case when touchpoint_type = 'session' and is_engaged then 1 end) as engaged_sessions,
        count(
            case when touchpoint_type = 'session' and device_category = 'mobile' then 1 end
        ) as mobile_sessions,
        count(case when role = 'research' then 1 end) as research_touchpoints,
        count(case when role = 'service' and is_path_touchpoint then 1 end) as service_touchpoints,
        count(case when role = 'store' and is_path_touchpoint then 1 end) as store_touchpoints,
        count(case when role = 'trial' then 1 end) as store_trials,
        count(case when role = 'involvement' then 1 end) as involvement_touchpoints,
        count(case when direction = 'outbound' and is_answer_seen then 1 end) as approaches,
        count(
            case when direction = 'outbound' and is_answer_seen and is_path_touchpoint then 1 end
        ) as approaches_answered,
        cast(coalesce(sum(dwell_seconds), 0) as bigint) as dwell_seconds
{%- endmacro %}


{#- Condition that a row of dim_persona_history is the person's persona at the end of a month. -#}
{% macro is_persona_of_month(personas, month) -%}
    {{ personas }}.valid_from <= {{ month }}
            and coalesce({{ personas }}.valid_to, date '9999-12-31') > {{ month }}
{%- endmacro %}


{#- Condition that a row of dim_persona_history is what the person was known as before a month: what the
    month brought has no part in it. -#}
{% macro is_persona_before_month(personas, month) -%}
    {{ personas }}.valid_from < {{ month }}
            and coalesce({{ personas }}.valid_to, date '9999-12-31') >= {{ month }}
{%- endmacro %}
