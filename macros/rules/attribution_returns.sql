{#- What a euro of advertising brought back: attributed revenue over spend, to four decimals; null
    where nothing was spent. Arguments are SQL. -#}
{% macro return_on_ad_spend(revenue, spend) -%}
    round(cast({{ revenue }} as double) / nullif(cast({{ spend }} as double), 0), 4)
{%- endmacro %}


{#- What an attributed conversion cost, to four decimals; null where there is none. -#}
{% macro cost_per_conversion(spend, conversions) -%}
    round(cast({{ spend }} as double) / nullif(cast({{ conversions }} as double), 0), 4)
{%- endmacro %}


{#- Attributed contribution (`contribution_margin` of the revenue) beyond the spend, over the spend, to
    four decimals; null where nothing was spent. -#}
{% macro return_on_investment(revenue, spend) -%}
    round(
        (cast({{ revenue }} as double) * {{ var('contribution_margin') }} - cast({{ spend }} as double))
        / nullif(cast({{ spend }} as double), 0),
        4
    )
{%- endmacro %}
