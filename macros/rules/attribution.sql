{#- Weight of an entry of a path by a rule that looks at places only: first, last, last_non_direct,
    linear or position; null for any other `model`. All arguments are SQL; weights are integers, and
    an entry's share is its weight over their sum. -#}
{% macro place_weight(model, position, path_length, last_non_direct_position) -%}
    case {{ model }}
        when 'first' then case when {{ position }} = 1 then 1 else 0 end
        when 'last' then case when {{ position }} = {{ path_length }} then 1 else 0 end
        when 'last_non_direct'
            then
                case
                    when {{ position }} = coalesce({{ last_non_direct_position }}, {{ path_length }})
                        then 1
                    else 0
                end
        when 'linear' then 1
        -- The ends 40 % each, and 20 % among the n - 2 between: 2 (n - 2), and 1 each.
        when 'position'
            then
                case
                    when {{ path_length }} > 2 and {{ position }} in (1, {{ path_length }})
                        then 2 * ({{ path_length }} - 2)
                    else 1
                end
    end
{%- endmacro %}


{#- Whole cents as an amount. -#}
{% macro cents_to_amount(cents) -%}
    cast(cast({{ cents }} as decimal(18, 2)) * 0.01 as decimal(18, 2))
{%- endmacro %}


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
