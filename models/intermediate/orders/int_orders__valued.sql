with

orders as (

    select * from {{ ref('int_orders__unioned') }}

),

charged as (

    select * from {{ ref('int_orders__charged') }}

),

refunds as (

    select * from {{ ref('int_orders__refunded') }}

),

transactions as (

    select * from {{ ref('stg_store__transactions') }}

),

fulfillments as (

    select * from {{ ref('stg_store__fulfillments') }}

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
            case when transactions.order_id is null then transactions.checkout_id end
            = paid_checkouts.checkout_id
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
        coalesce(bool_or(fulfillment_method = 'PICK_UP'), false) as is_picked_up,
        coalesce(bool_or(is_late), false) as is_delivered_late,
        max(delivered_at) as delivered_at
    from fulfillments
    where not is_failed
    group by order_id

),

-- A payment that was voided, ran out before it was taken or was refunded leaves no sale.
sold as (

    select
        charged.*,
        charged.charged_amount
        - charged.tax
        - charged.shipping
        - charged.duties
        - charged.tips
        - charged.other_charges
        - charged.gift_cards as goods,
        orders.is_cancelled
        or coalesce(orders.financial_status in ('voided', 'expired', 'refunded'), false)
            as is_undone
    from charged
    inner join orders
        on charged.order_id = orders.order_id

),

-- Refund lines take their share of the goods, at most all. Lines of another currency are each
-- rounded to cents, so a refund of all goods may miss their sum by half a cent a line.
kept as (

    select
        sold.*,
        coalesce(refunds.paid_back_amount, 0) as paid_back_amount,
        case
            when sold.is_undone then sold.goods
            when coalesce(refunds.goods_refund_lines, 0) = 0 then 0
            when
                refunds.goods_paid_back_amount
                >= sold.goods_charged - 0.005 * refunds.goods_refund_lines
                then sold.goods
            else
                coalesce(
                    {{
                        share_of_amount(
                            'sold.goods',
                            'refunds.goods_paid_back_amount',
                            'greatest(sold.goods_charged, 0)'
                        )
                    }},
                    refunds.goods_paid_back_amount
                )
        end as refunded
    from sold
    left join refunds
        on sold.order_id = refunds.order_id

),

valued as (

    select
        orders.order_id,

        orders.customer_id,
        orders.loyalty_card_id,
        orders.location_id,
        orders.identifier_id,

        orders.order_source,
        orders.email_hash,
        orders.phone_hash,
        orders.sales_channel,
        coalesce(orders.payment_method, gateway_of_order.gateway) as payment_method,
        orders.financial_status,
        orders.discount_codes,
        orders.currency_code,
        orders.order_date,

        cast(
            case when kept.is_amount_known then kept.charged_amount + kept.discount else 0 end
            as decimal(18, 2)
        ) as gross_revenue,
        {%- for part in [
            'discount', 'tax', 'shipping', 'duties', 'tips', 'other_charges', 'gift_cards',
            'refunded',
        ] %}
        cast(case when kept.is_amount_known then kept.{{ part }} else 0 end as decimal(18, 2))
            as {{ part }},
        {%- endfor %}
        cast(coalesce(kept.goods - kept.refunded, 0) as decimal(18, 2)) as net_revenue,
        cast(kept.charged_amount as decimal(18, 2)) as charged_amount,
        cast(kept.shipping_charged as decimal(18, 2)) as charged_shipping,
        cast(kept.paid_back_amount as decimal(18, 2)) as paid_back_amount,
        kept.items,
        kept.lines,
        coalesce(failures_of_order.payment_failures, 0) as payment_failures,

        orders.sales_channel = 'pos' as is_in_store,
        orders.sales_channel in ('web', 'app', 'facebook', 'instagram') as is_online,
        coalesce(
            orders.sales_channel in ('web', 'app', 'facebook', 'instagram', 'pos', 'phone'), false
        ) as is_channel_known,
        case
            when orders.sales_channel = 'pos' then false
            when fulfillment_of_order.order_id is not null then fulfillment_of_order.is_picked_up
            else orders.location_id is not null
        end as is_pick_up,
        fulfillment_of_order.is_delivered_late,
        kept.is_tax_included,
        kept.is_shipping_taxed,
        orders.is_rate_carried,
        kept.is_amount_known,
        orders.is_cancelled,
        orders.is_internal,
        orders.is_test,
        {{ exclusion_reason(['test', 'internal'], 'orders') }} as exclusion_reason,
        exclusion_reason is not null as is_excluded,

        orders.ordered_at,
        orders.cancelled_at,
        fulfillment_of_order.delivered_at,

        orders._loaded_at
    from orders
    inner join kept
        on orders.order_id = kept.order_id
    left join failures_of_order
        on orders.order_id = failures_of_order.order_id
    left join gateway_of_order
        on orders.order_id = gateway_of_order.order_id
    left join fulfillment_of_order
        on orders.order_id = fulfillment_of_order.order_id

)

select * from valued
