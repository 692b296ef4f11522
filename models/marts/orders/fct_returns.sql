with

orders as (

    select * from {{ ref('fct_orders') }}

),

order_lines as (

    select * from {{ ref('int_order_lines__unioned') }}

),

refund_lines as (

    select *
    from {{ ref('int_refund_lines__unioned') }}
    where is_goods

),

returns as (

    select
        refund_lines.refund_line_id as return_id,

        orders.person_id,
        refund_lines.refund_id,
        refund_lines.order_id,
        refund_lines.order_line_id,
        order_lines.product_id,
        refund_lines.location_id,

        refund_lines.refund_date as return_date,
        orders.order_date,
        refund_lines.refund_reason as reason,
        orders.sales_channel,
        orders.purchase_mode,

        cast(refund_lines.quantity as bigint) as items,
        refund_lines.refund_amount as refunded,
        refund_lines.refund_amount_at_order_rate as refunded_at_order_rate,
        {{ days_between('orders.order_date', 'refund_lines.refund_date') }} as days_since_order,

        refund_lines.location_id is not null as is_to_store,
        refund_lines.is_rate_carried,
        coalesce(orders.is_internal, false) as is_internal,
        coalesce(orders.is_test, false) as is_test,
        orders.exclusion_reason,
        coalesce(orders.is_excluded, false) as is_excluded,

        refund_lines.refunded_at as returned_at,
        orders.ordered_at
    from refund_lines
    left join orders
        on refund_lines.order_id = orders.order_id
    left join order_lines
        on refund_lines.order_line_id = order_lines.order_line_id

)

select * from returns
