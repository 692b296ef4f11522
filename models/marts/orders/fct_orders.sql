with

identifiers as (

    select * from {{ ref('int_identifiers__resolved') }}

),

valued_orders as (

    select * from {{ ref('int_orders__valued') }}

),

purchase_modes as (

    select * from {{ ref('int_orders__purchase_modes') }}

),

orders_of_person as (

    select
        valued_orders.*,
        coalesce(identifiers.person_id, valued_orders.identifier_id) as person_id,
        not valued_orders.is_excluded as is_conversion
    from valued_orders
    left join identifiers
        on valued_orders.identifier_id = identifiers.identifier_id

),

numbered as (

    select
        *,
        case
            when is_conversion
                then cast(row_number() over (
                    partition by person_id, is_conversion
                    order by ordered_at, order_id
                ) as bigint)
        end as order_number_of_person
    from orders_of_person

),

orders as (

    select
        numbered.order_id,

        numbered.person_id,
        numbered.location_id,
        purchase_modes.evidence_touchpoint_id as purchase_mode_evidence_id,
        purchase_modes.evidence_session_id as purchase_mode_evidence_session_id,

        numbered.order_date,
        numbered.order_source,
        numbered.sales_channel,
        purchase_modes.purchase_mode,
        numbered.payment_method,
        numbered.financial_status,
        numbered.currency_code,
        numbered.discount_codes,

        numbered.gross_revenue,
        numbered.discount,
        numbered.tax,
        numbered.shipping,
        numbered.duties,
        numbered.tips,
        numbered.other_charges,
        numbered.gift_cards,
        numbered.refunded,
        numbered.net_revenue,
        numbered.charged_amount,
        numbered.charged_shipping,
        numbered.paid_back_amount,
        numbered.items,
        numbered.lines,
        {{ local_hour('numbered.ordered_at') }} as ordered_hour,
        {{ weekday_of('numbered.order_date') }} as ordered_weekday,
        numbered.payment_failures,
        numbered.order_number_of_person,

        coalesce(numbered.order_number_of_person = 1, false) as is_first_order,
        purchase_modes.is_impulse,
        purchase_modes.ropo_product_match,
        numbered.is_delivered_late,
        numbered.is_amount_known,
        numbered.is_rate_carried,
        numbered.is_shipping_taxed,
        numbered.is_cancelled,
        numbered.is_internal,
        numbered.is_test,
        numbered.exclusion_reason,
        numbered.is_excluded,
        numbered.is_conversion,

        numbered.ordered_at,
        purchase_modes.evidence_at as purchase_mode_evidence_at,
        numbered.cancelled_at,
        numbered.delivered_at
    from numbered
    left join purchase_modes
        on numbered.order_id = purchase_modes.order_id

)

select * from orders
