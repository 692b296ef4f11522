{#- Condition that a touchpoint may bear on how an order came about: touchpoints the person took part
    in, and what they looked at or tried in them. Nobody's who is a machine, staff or a test. -#}
{% macro is_purchase_evidence() -%}
    not is_bot
    and not is_machine
    and not is_internal
    and not is_test
    and (
        is_path_touchpoint
        or touchpoint_type in ('product_view', 'site_search', 'web_purchase', 'store_demo')
    )
{%- endmacro %}


{#- What of a touchpoint bears on how an order came about, as a number. -#}
{% macro evidence_fingerprint() -%}
    {{ fingerprint([
        'touchpoint_id', 'touchpoint_type', 'session_id', 'product_id', 'order_id',
        to_epoch_microseconds('touched_at'), 'is_path_touchpoint'
    ]) }}
{%- endmacro %}


{#- Query of the orders whose inputs are not those their purchase mode was decided by, or that are no more. -#}
{% macro outdated_orders(relation) -%}
    select coalesce(orders.order_id, stored.order_id) as order_id
    from {{ ref('int_orders__fingerprinted') }} as orders
    full outer join {{ relation }} as stored
        on orders.order_id = stored.order_id
    where
        orders.order_id is null
        or stored.order_id is null
        or stored.inputs_fingerprint <> orders.inputs_fingerprint
{%- endmacro %}
