{#- Condition that a touchpoint may decide the purchase mode of an order: it is not excluded, and
    the person took part in it, looked at a product or tried one. -#}
{% macro is_purchase_evidence() -%}
    not is_excluded
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
