{#- Whole part of `total * weight / weights`, of integers that are not negative, however large.
    DuckDB's arithmetic with large integers is slow and rarely needed. -#}
{% macro whole_share(total, weight, weights) -%}
    {{ return(adapter.dispatch('whole_share', 'viaggio')(total, weight, weights)) }}
{%- endmacro %}

{% macro duckdb__whole_share(total, weight, weights) -%}
    case
        when cast({{ total }} as double) * {{ weight }} < 9e18
            then cast({{ total }} as bigint) * {{ weight }} // {{ weights }}
        else cast(cast({{ total }} as hugeint) * {{ weight }} // {{ weights }} as bigint)
    end
{%- endmacro %}

{% macro spark__whole_share(total, weight, weights) -%}
    cast(
        cast({{ total }} as decimal(19, 0)) * cast({{ weight }} as decimal(19, 0))
        div cast({{ weights }} as decimal(19, 0)) as bigint
    )
{%- endmacro %}


{#- What the whole part of `total * weight / weights` leaves, in parts of `weights`. -#}
{% macro whole_share_remainder(total, weight, weights) -%}
    {{ return(adapter.dispatch('whole_share_remainder', 'viaggio')(total, weight, weights)) }}
{%- endmacro %}

{% macro duckdb__whole_share_remainder(total, weight, weights) -%}
    case
        when cast({{ total }} as double) * {{ weight }} < 9e18
            then cast({{ total }} as bigint) * {{ weight }} % {{ weights }}
        else cast(cast({{ total }} as hugeint) * {{ weight }} % {{ weights }} as bigint)
    end
{%- endmacro %}

{% macro spark__whole_share_remainder(total, weight, weights) -%}
    cast(
        cast({{ total }} as decimal(19, 0)) * cast({{ weight }} as decimal(19, 0))
        % cast({{ weights }} as decimal(19, 0)) as bigint
    )
{%- endmacro %}


{#- One row per integer from one to another, both included. Stands alone in a select list. -#}
{% macro each_integer(first, last) -%}
    {{ return(adapter.dispatch('each_integer', 'viaggio')(first, last)) }}
{%- endmacro %}

{% macro duckdb__each_integer(first, last) -%}
    cast(unnest(generate_series({{ first }}, {{ last }})) as bigint)
{%- endmacro %}

{% macro spark__each_integer(first, last) -%}
    explode(sequence(cast({{ first }} as bigint), cast({{ last }} as bigint)))
{%- endmacro %}
