{#- Key of the touchpoint that a row of a raw table gives: `raw_table` as `<source>.<table>`, `keys`
    the SQL of its staging key, and of whatever tells several touchpoints of one row apart. -#}
{% macro touchpoint_id(raw_table, keys) -%}
    {{ surrogate_key(["'" ~ raw_table ~ "'"] + keys) }}
{%- endmacro %}


{#- Type of the contact that an event of an e-mail is. -#}
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


{#- Query of contacts whose person is known, with the stage they are in for that person. `contacts` names
    rows of int_touchpoints__described with their person_id. -#}
{% macro contacts_assigned(contacts) -%}
    select
        contacts.touchpoint_id,

        contacts.person_id,
        contacts.identifier_id,
        contacts.session_id,
        contacts.campaign_id,
        contacts.campaign,
        contacts.product_id,
        contacts.order_id,
        contacts.location_id,

        contacts.source_system,
        contacts.source_table,
        contacts.source_key,
        contacts.touchpoint_type,
        contacts.channel,
        contacts.environment,
        contacts.medium_class,
        contacts.direction,
        contacts.ownership,
        -- The site tells of the first order a moment after the shop does: what is about that order
        -- itself does not come after it.
        case
            when
                contacts.touched_at > first_orders.first_ordered_at
                and coalesce(contacts.order_id <> first_orders.first_order_id, true)
                then contacts.stage_after_order
            else contacts.stage_before_order
        end as stage,
        contacts.touched_date,

        contacts.source_priority,
        contacts.dwell_seconds,
        contacts.sentiment,

        contacts.is_path_entry,
        contacts.is_research,
        contacts.retells_order,
        contacts.is_retargeting,
        contacts.is_bot,
        contacts.is_machine,
        contacts.is_internal,
        contacts.is_test,
        (
            contacts.is_bot
            or contacts.is_machine
            or contacts.is_internal
            or contacts.is_test
        ) as is_excluded,

        contacts.touched_at,

        contacts.event_day
    from {{ contacts }} as contacts
    left join {{ ref('int_persons__first_ordered') }} as first_orders
        on contacts.person_id = first_orders.person_id
{%- endmacro %}


{#- Type of touchpoint of an engagement of the CRM; one that no type of touchpoint has is no contact. -#}
{% macro engagement_touchpoint_type(engagement_type) -%}
    case
        when {{ engagement_type }} = 'WHATS_APP' then 'whatsapp'
        when {{ engagement_type }} in ('EMAIL', 'INCOMING_EMAIL') then 'email_conversation'
        else lower({{ engagement_type }})
    end
{%- endmacro %}


{#- Direction of a contact as its source names it: inbound or outbound; null where it says neither. -#}
{% macro known_direction(direction) -%}
    case lower({{ direction }}) when 'inbound' then 'inbound' when 'outbound' then 'outbound' end
{%- endmacro %}
