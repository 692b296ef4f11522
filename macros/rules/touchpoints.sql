{#- Key of the touchpoint that a row of a raw table gives: `raw_table` as `<source>.<table>`, `keys`
    the SQL of its staging key, and of whatever tells several touchpoints of one row apart. -#}
{% macro touchpoint_id(raw_table, keys) -%}
    {{ surrogate_key(["'" ~ raw_table ~ "'"] + keys) }}
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
        when {{ score }} is not null and {{ highest }} > {{ lowest }}
            then cast(round(
                greatest(-1.0, least(1.0,
                    2.0 * ({{ score }} - {{ lowest }}) / ({{ highest }} - {{ lowest }}) - 1.0
                )),
                4
            ) as decimal(5, 4))
    end
{%- endmacro %}
