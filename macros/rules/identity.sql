{#- Type of the identifier a GA4 user_id is: the shop's customer, unless the site counts otherwise. -#}
{% macro login_identifier_type() -%}
    {{ 'customer' if var('user_id_is_customer_id') else 'user' }}
{%- endmacro %}


{#- Key of the identifier a GA4 user_id is. -#}
{% macro login_identifier_id(user_id) -%}
    {{ identifier_id(login_identifier_type(), user_id) }}
{%- endmacro %}


{#- Condition that an identifier of this type is an account: something that is opened for one person. -#}
{% macro is_account_type(identifier_type) -%}
    {{ identifier_type }} in ('contact', 'customer', 'loyalty_card', 'user')
{%- endmacro %}
