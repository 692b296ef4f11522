-- What refund lines gave back for each order: all of it, and what of it was for goods.
with

refund_lines as (

    select * from {{ ref('int_refund_lines__unioned') }}

),

order_lines as (

    select * from {{ ref('int_order_lines__unioned') }}

),

products as (

    select * from {{ ref('stg_store__products') }}

),

marked as (

    select
        refund_lines.order_id,
        refund_lines.refund_amount_at_order_rate as amount,
        refund_lines.is_goods
        and not coalesce(order_lines.is_gift_card, false)
        and not coalesce(products.is_gift_card, false) as is_goods
    from refund_lines
    left join order_lines
        on refund_lines.order_line_id = order_lines.order_line_id
    left join products
        on order_lines.product_id = products.product_id

),

refunded as (

    select
        order_id,

        cast(coalesce(sum(amount), 0) as decimal(18, 2)) as paid_back_amount,
        cast(coalesce(sum(case when is_goods then amount end), 0) as decimal(18, 2))
            as goods_paid_back_amount,
        count(*) filter (where is_goods) as goods_refund_lines
    from marked
    group by order_id

)

select * from refunded
