{#- `part / whole` as a number of so many decimals; null where the whole is 0. Divided as doubles and
    rounded by floor: what lies half-way, `round` takes up or down as each engine likes. -#}
{% macro ratio(part, whole, digits=4) -%}
    case
        when {{ whole }} <> 0
            then cast(floor(
                cast({{ part }} as double) / cast({{ whole }} as double) * {{ 10 ** digits }} + 0.5
            ) as double) / {{ 10 ** digits }}
    end
{%- endmacro %}
