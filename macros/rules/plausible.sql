{#- A number of a source; null where it is too large for a count or measure: infinite, not a number,
    or beyond a million million. Sums of the rest fit into 64 bits. -#}
{% macro plausible_number(number) -%}
    case when {{ number }} between -1000000000000 and 1000000000000 then {{ number }} end
{%- endmacro %}


{#- An amount of money as decimal(18, 2); null where it is too large for a price or bill: infinite,
    not a number, or a thousand million or more. Sums of the rest fit into decimal(18, 2). The cast
    is tried: DuckDB may compute it for rows that the condition excludes. -#}
{% macro plausible_amount(amount) -%}
    case
        when cast({{ amount }} as double) between -999999999 and 999999999
            then cast(round(try_cast({{ amount }} as decimal(18, 6)), 2) as decimal(18, 2))
    end
{%- endmacro %}


{#- A moment that may lie in the future or long ago, or null where it says "never": after 2199 or before
    the year 1000. -#}
{% macro plausible_moment(moment) -%}
    case
        when {{ moment }} between timestamp '1000-01-01 00:00:00' and timestamp '2199-12-31 00:00:00'
            then {{ moment }}
    end
{%- endmacro %}
