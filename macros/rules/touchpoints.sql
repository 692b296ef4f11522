{#- Key of the touchpoint that a row of a raw table gives: `raw_table` as `<source>.<table>`, `keys`
    the SQL of its staging key, and of whatever tells several touchpoints of one row apart. -#}
{% macro touchpoint_id(raw_table, keys) -%}
    {{ surrogate_key(["'" ~ raw_table ~ "'"] + keys) }}
{%- endmacro %}


{#- Type of the touchpoint that an event of an e-mail is. -#}
{% macro email_touchpoint_type(event_type) -%}
    case {{ event_type }}
        when 'SPAMREPORT' then 'email_spam_report'
        else 'email_' || lower({{ event_type }})
    end
{%- endmacro %}


{#- negative, neutral or positive as a sentiment in [-1, 1] lies below, within or above
    `neutral_sentiment`; `none` where there is none. -#}
{% macro sentiment_band(sentiment) -%}
    case
        when {{ sentiment }} > {{ var('neutral_sentiment') }} then 'positive'
        when {{ sentiment }} < -{{ var('neutral_sentiment') }} then 'negative'
        when {{ sentiment }} is not null then 'neutral'
        else 'none'
    end
{%- endmacro %}


{#- Class of an answer to the NPS question, 0 to 10: whole scores below 7 are detractors, as is 6.5; null
    without a score. -#}
{% macro nps_class(score) -%}
    case
        when {{ score }} >= 9 then 'promoter'
        when {{ score }} >= 7 then 'passive'
        when {{ score }} < 7 then 'detractor'
    end
{%- endmacro %}


{#- Sentiment in [-1, 1] of a score on a scale, its middle being 0; null without a score. -#}
{% macro sentiment_of_score(score, lowest, highest) -%}
    case
        when {{ score }} <= {{ highest }} and {{ highest }} > {{ lowest }}
            then cast(round(
                greatest(-1.0, least(1.0,
                    2.0 * ({{ score }} - {{ lowest }}) / ({{ highest }} - {{ lowest }}) - 1.0
                )),
                4
            ) as decimal(5, 4))
    end
{%- endmacro %}


{#- Query of touchpoints whose person is known, with the stage they are in for that person. `touchpoints` names
    rows of int_touchpoints__enriched with their person_id. -#}
{% macro touchpoints_assigned(touchpoints) -%}
    select
        touchpoints.touchpoint_id,

        touchpoints.person_id,
        touchpoints.identifier_id,
        touchpoints.session_id,
        touchpoints.campaign_id,
        touchpoints.campaign,
        touchpoints.product_id,
        touchpoints.order_id,
        touchpoints.location_id,

        touchpoints.source_system,
        touchpoints.source_table,
        touchpoints.source_key,
        touchpoints.touchpoint_type,
        touchpoints.channel,
        touchpoints.environment,
        touchpoints.medium_class,
        touchpoints.direction,
        touchpoints.ownership,
        -- The site tells of the first order a moment after the shop does: what is about that order
        -- itself does not come after it.
        case
            when
                touchpoints.touched_at > first_orders.first_ordered_at
                and coalesce(touchpoints.order_id <> first_orders.first_order_id, true)
                then touchpoints.stage_after_order
            else touchpoints.stage_before_order
        end as stage,
        touchpoints.touched_date,

        touchpoints.source_priority,
        touchpoints.dwell_seconds,
        touchpoints.sentiment,

        touchpoints.is_path_touchpoint,
        touchpoints.is_research,
        touchpoints.is_order_echo,
        touchpoints.is_retargeting,
        touchpoints.is_bot,
        touchpoints.is_machine,
        touchpoints.is_internal,
        touchpoints.is_test,
        (
            touchpoints.is_bot
            or touchpoints.is_machine
            or touchpoints.is_internal
            or touchpoints.is_test
        ) as is_excluded,

        touchpoints.touched_at,

        touchpoints.event_day
    from {{ touchpoints }} as touchpoints
    left join {{ ref('int_persons__first_ordered') }} as first_orders
        on touchpoints.person_id = first_orders.person_id
{%- endmacro %}


{#- Type of touchpoint of an engagement of the CRM; one that no type of touchpoint has is no touchpoint. -#}
{% macro engagement_touchpoint_type(engagement_type) -%}
    case
        when {{ engagement_type }} = 'WHATS_APP' then 'whatsapp'
        when {{ engagement_type }} in ('EMAIL', 'INCOMING_EMAIL') then 'email_conversation'
        else lower({{ engagement_type }})
    end
{%- endmacro %}


{#- Direction of a touchpoint as its source names it: inbound or outbound; null where it says neither. -#}
{% macro known_direction(direction) -%}
    case lower({{ direction }}) when 'inbound' then 'inbound' when 'outbound' then 'outbound' end
{%- endmacro %}
