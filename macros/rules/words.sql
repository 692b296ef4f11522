{#- A text as tokens are cut from it: one kind of apostrophe, and a vowel written three times or
    more, for emphasis, written once. -#}
{% macro readable_text(text) -%}
    {%- set plain = namespace(sql="translate(" ~ text ~ ", '’‘´`', '''''''''')") -%}
    {%- for vowel in 'aeiouAEIOU' -%}
        {%- set plain.sql = replace_pattern(plain.sql, vowel ~ '{3,}', vowel) -%}
    {%- endfor -%}
    {{ plain.sql }}
{%- endmacro %}


{#- A token as dictionaries know it: in lower case, without accents unless it is one or two letters
    long, where they tell words apart (è and e, né and ne). -#}
{% macro folded(token) -%}
    case
        when length({{ token }}) <= 2 then lower({{ token }})
        else translate(
            lower({{ token }}),
            'àáâãäåèéêëìíîïòóôõöøùúûüçñ',
            'aaaaaaeeeeiiiioooooouuuucn'
        )
    end
{%- endmacro %}


{#- A sentiment in [-1, 1] from points for and against: what speaks for less what speaks against, as
    a share of all that speaks and of `ground` points that speak for nothing, so that a single mild
    word decides little. 0 where nothing speaks. -#}
{% macro sentiment_of_points(positive, negative, ground) -%}
    cast(round(
        cast({{ positive }} - {{ negative }} as double)
        / cast({{ positive }} + {{ negative }} + {{ ground }} as double),
        4
    ) as decimal(5, 4))
{%- endmacro %}


{#- A part of a whole, or a sum by its count, to four decimals; null where there is none. -#}
{% macro share_of(part, whole) -%}
    case
        when {{ whole }} > 0
            then cast(
                round(cast({{ part }} as double) / cast({{ whole }} as double), 4)
                as decimal(9, 4)
            )
    end
{%- endmacro %}
