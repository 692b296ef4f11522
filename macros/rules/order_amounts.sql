{#- `part / whole` of an amount, rounded half up to cents; null where `whole` is 0 or
    so small that the share is no plausible amount. Divided as
    doubles and rounded by floor, so that every engine gives the same cent. -#}
{% macro share_of_amount(amount, part, whole) -%}
    {%- set cents -%}
        cast({{ amount }} as double) * cast({{ part }} as double)
        / nullif(cast({{ whole }} as double), 0) * 100 + 0.5
    {%- endset -%}
    case
        when {{ cents }} between -99999999999 and 99999999999
            then try_cast(
                try_cast(floor({{ cents }}) as bigint) * cast(0.01 as decimal(3, 2))
                as decimal(18, 2)
            )
    end
{%- endmacro %}


{#- A category of products as the seed gift_card_types writes it: in lower case, words apart. -#}
{% macro product_type_words(product_type) -%}
    replace(replace(lower(trim({{ product_type }})), '_', ' '), '-', ' ')
{%- endmacro %}
