{#- Type of the identifier a GA4 user_id is: the shop's customer, unless the site counts otherwise. -#}
{% macro login_identifier_type() -%}
    {{ 'customer' if var('user_id_is_customer_id') else 'user' }}
{%- endmacro %}


{#- Type of the identifier that this GA4 user_id is: a site that takes e-mail addresses for user ids names
    an address, of which staging keeps the salted hash. -#}
{% macro identifier_type_of_login(user_id) -%}
    case
        when {{ matches(user_id, "'^[0-9a-f]{64}$'") }} then 'email'
        else '{{ login_identifier_type() }}'
    end
{%- endmacro %}


{#- Key of the identifier a GA4 user_id is. -#}
{% macro login_identifier_id(user_id) -%}
    md5({{ identifier_type_of_login(user_id) }} || '|' || {{ user_id }})
{%- endmacro %}


{#- Condition that an identifier of this type is an account: something that is opened for one person. -#}
{% macro is_account_type(identifier_type) -%}
    {{ identifier_type }} in ('contact', 'customer', 'loyalty_card', 'user')
{%- endmacro %}
