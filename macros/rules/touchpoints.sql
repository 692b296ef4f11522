{#- Key of the touchpoint that a row of a raw table gives: `raw_table` as `<source>.<table>`, `keys`
    the SQL of its staging key, and of anything that distinguishes several touchpoints of one row. -#}
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


{#- The raw tables that touchpoints by event day come from, and how far a file of theirs reaches: arguments of
    by_day for models that read all of these touchpoints. -#}
{% macro touchpoint_days() -%}
    {{ return({
        'follows': [
            ('ga4', 'event'),
            ('email', 'event'),
            ('store', 'visit'),
            ('store', 'loyalty_event'),
            ('social', 'interaction'),
        ],
        'days_before': 2,
        'days_after': 3 + var('repeated_purchase_days'),
    }) }}
{%- endmacro %}
