with

orders as (

    select * from {{ ref('stg_store__orders') }}

),

order_lines as (

    select * from {{ ref('stg_store__order_lines') }}

),

refund_lines as (

    select * from {{ ref('stg_store__refund_lines') }}

),

transactions as (

    select * from {{ ref('stg_store__transactions') }}

),

fulfillments as (

    select * from {{ ref('stg_store__fulfillments') }}

),

lines_of_order as (

    select
        order_id,
        sum(line_amount) as lines_amount,
        cast(sum(quantity) as bigint) as items,
        count(*) as lines
    from order_lines
    group by order_id

),

refunds_of_order as (

    select
        order_id,
        coalesce(sum(refund_amount_at_order_rate), 0) as refund_amount,
        count(*) as refund_lines
    from refund_lines
    group by order_id

),

-- A failed attempt may name only its checkout, which the one that paid names with the order.
paid_checkouts as (

    select distinct
        order_id,
        checkout_id
    from transactions
    where order_id is not null and checkout_id is not null

),

failed_payments as (

    select
        coalesce(transactions.order_id, paid_checkouts.order_id) as order_id,
        transactions.transaction_id,
        transactions.transaction_at
    from transactions
    left join paid_checkouts
        on
            transactions.order_id is null
            and transactions.checkout_id = paid_checkouts.checkout_id
    where
        not transactions.is_successful
        and transactions.transaction_kind in ('sale', 'authorization')

),

failures_of_order as (

    select
        orders.order_id,
        count(distinct failed_payments.transaction_id) as payment_failures
    from failed_payments
    inner join orders
        on
            failed_payments.order_id = orders.order_id
            and failed_payments.transaction_at <= orders.ordered_at
    group by orders.order_id

),

gateway_of_order as (

    select
        order_id,
        gateway
    from transactions
    where
        order_id is not null
        and gateway is not null
        and is_successful
        and transaction_kind in ('sale', 'authorization', 'capture')
    qualify
        row_number() over (
            partition by order_id
            order by transaction_at desc, transaction_id desc
        ) = 1

),

fulfillment_of_order as (

    select
        order_id,
        bool_or(fulfillment_method = 'PICK_UP') as is_picked_up,
        coalesce(bool_or(is_late), false) as is_delivered_late,
        max(delivered_at) as delivered_at
    from fulfillments
    where coalesce(fulfillment_status, '') <> 'cancelled'
    group by order_id

),

-- The total is what counts. Whether it holds the tax beside the other parts or in them shows by
-- which of the two sums it is nearer to.
charged as (

    select
        orders.*,
        orders.total_amount is not null as is_amount_known,
        lines_of_order.items,
        lines_of_order.lines,
        coalesce(orders.discount_amount, 0) as discount_charged,
        coalesce(orders.shipping_amount, 0) as shipping_charged,
        coalesce(orders.tax_amount, 0) as tax_charged,
        coalesce(
            orders.subtotal_amount,
            lines_of_order.lines_amount,
            orders.total_amount - coalesce(orders.shipping_amount, 0)
        ) as goods_charged
    from orders
    left join lines_of_order
        on orders.order_id = lines_of_order.order_id

),

taxed as (

    select
        *,
        abs(total_amount - goods_charged - shipping_charged)
        <= abs(total_amount - goods_charged - shipping_charged - tax_charged)
            as is_tax_included
    from charged

),

shipped as (

    select
        *,
        case
            when is_tax_included
                then coalesce(
                    {{
                        share_of_amount(
                            'shipping_charged', '(total_amount - tax_charged)', 'total_amount'
                        )
                    }},
                    shipping_charged
                )
            else shipping_charged
        end as shipping_without_tax
    from taxed

),

sold as (

    select
        *,
        total_amount - tax_charged - shipping_without_tax as goods_without_tax
    from shipped

),

-- Lines of another currency are each rounded to cents, so a refund of all goods may miss their sum
-- by half a cent a line.
refunded as (

    select
        sold.*,
        coalesce(refunds_of_order.refund_amount, 0) as refund_charged,
        case
            when sold.is_cancelled then sold.goods_without_tax
            when refunds_of_order.order_id is null then 0
            when
                abs(refunds_of_order.refund_amount - sold.goods_charged)
                <= 0.005 * refunds_of_order.refund_lines
                then sold.goods_without_tax
            else
                coalesce(
                    {{
                        share_of_amount(
                            'sold.goods_without_tax',
                            'refunds_of_order.refund_amount',
                            'greatest(sold.goods_charged, 0)'
                        )
                    }},
                    refunds_of_order.refund_amount
                )
        end as refund_without_tax
    from sold
    left join refunds_of_order
        on sold.order_id = refunds_of_order.order_id

),

valued as (

    select
        refunded.order_id,

        refunded.customer_id,
        refunded.loyalty_card_id,
        refunded.location_id,
        {{ identifier_id('order', 'refunded.order_id') }} as identifier_id,

        refunded.email_hash,
        refunded.phone_hash,
        refunded.sales_channel,
        coalesce(refunded.payment_method, gateway_of_order.gateway) as payment_method,
        refunded.financial_status,
        refunded.discount_codes,
        refunded.currency_code,
        refunded.order_date,

        cast(
            coalesce(refunded.total_amount + refunded.discount_charged, 0) as decimal(18, 2)
        ) as gross_revenue,
        cast(
            case when refunded.is_amount_known then refunded.discount_charged else 0 end
            as decimal(18, 2)
        ) as discount,
        cast(
            case when refunded.is_amount_known then refunded.tax_charged else 0 end
            as decimal(18, 2)
        ) as tax,
        cast(
            case when refunded.is_amount_known then refunded.shipping_without_tax else 0 end
            as decimal(18, 2)
        ) as shipping,
        cast(
            case when refunded.is_amount_known then refunded.refund_without_tax else 0 end
            as decimal(18, 2)
        ) as refunded,
        cast(
            coalesce(refunded.goods_without_tax - refunded.refund_without_tax, 0)
            as decimal(18, 2)
        ) as net_revenue,
        cast(refunded.total_amount as decimal(18, 2)) as charged_amount,
        cast(refunded.shipping_charged as decimal(18, 2)) as charged_shipping,
        cast(refunded.refund_charged as decimal(18, 2)) as paid_back_amount,
        coalesce(refunded.items, 0) as items,
        coalesce(refunded.lines, 0) as lines,
        coalesce(failures_of_order.payment_failures, 0) as payment_failures,

        refunded.sales_channel = 'pos' as is_in_store,
        refunded.sales_channel in ('web', 'app', 'facebook', 'instagram') as is_online,
        case
            when refunded.sales_channel = 'pos' then false
            when fulfillment_of_order.order_id is not null then fulfillment_of_order.is_picked_up
            else refunded.location_id is not null
        end as is_pick_up,
        fulfillment_of_order.is_delivered_late,
        refunded.is_tax_included,
        refunded.is_amount_known,
        refunded.is_cancelled,
        refunded.is_internal,
        refunded.is_test,

        refunded.ordered_at,
        refunded.cancelled_at,
        fulfillment_of_order.delivered_at,

        refunded._loaded_at
    from refunded
    left join failures_of_order
        on refunded.order_id = failures_of_order.order_id
    left join gateway_of_order
        on refunded.order_id = gateway_of_order.order_id
    left join fulfillment_of_order
        on refunded.order_id = fulfillment_of_order.order_id

)

select * from valued
