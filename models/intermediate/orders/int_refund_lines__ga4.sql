-- Refunds that GA4 reports of its own orders: item by item where the event has any, else at once.
with

orders as (

    select * from {{ ref('int_orders__ga4') }}

),

order_lines as (

    select * from {{ ref('int_order_lines__ga4') }}

),

refunds as (

    select * from {{ ref('int_web_purchases__classified') }}
    where
        event_name = 'refund'
        and outcome = 'ga4_order'

),

items as (

    select * from {{ ref('stg_ga4__event_items') }}
    where event_name = 'refund'

),

-- An item is given back from the first line of the order that has its product.
lines_of_product as (

    select
        order_id,
        product_id,
        order_line_id,
        unit_price
    from order_lines
    qualify
        row_number() over (
            partition by order_id, product_id
            order by order_line_id
        ) = 1

),

refunded_items as (

    select
        refunds.event_id,
        items.event_item_id as refund_line_id,
        items.product_id,
        coalesce(items.quantity, 1) as quantity,
        items.unit_price * coalesce(items.quantity, 1) as price,
        false as is_whole
    from refunds
    inner join items
        on refunds.event_id = items.event_id

),

refunded_wholes as (

    select
        refunds.event_id,
        refunds.event_id || '-0' as refund_line_id,
        cast(null as string) as product_id,
        cast(null as bigint) as quantity,
        nullif(refunds.revenue, 0) as price,
        true as is_whole
    from refunds
    anti join refunded_items
        on refunds.event_id = refunded_items.event_id

),

refunded as (

    select * from refunded_items
    union all
    select * from refunded_wholes

),

-- GA4 asks for no price of what is given back: then it is that of the order.
refund_lines as (

    select
        refunded.refund_line_id,

        refunds.event_id as refund_id,
        orders.order_id,
        lines_of_product.order_line_id,

        orders.identifier_id,
        refunds.event_date as refund_date,

        refunded.quantity,
        {%- for rates_of, amount in [
            ('refunds', 'refund_amount'), ('orders', 'refund_amount_at_order_rate'),
        ] %}
        coalesce(
            {{
                to_reporting_currency(
                    'refunded.price',
                    'orders.currency_code',
                    rates_of ~ '.rate_to_reporting_currency'
                )
            }},
            {{ plausible_amount('lines_of_product.unit_price * refunded.quantity') }},
            case when refunded.is_whole then orders.total_amount end
        ) as {{ amount }},
        {%- endfor %}

        refunds.is_rate_carried,

        refunds.event_at as refunded_at,

        refunds._loaded_at
    from refunded
    inner join refunds
        on refunded.event_id = refunds.event_id
    inner join orders
        on refunds.transaction_id = orders.order_id
    left join lines_of_product
        on
            orders.order_id = lines_of_product.order_id
            and refunded.product_id = lines_of_product.product_id

)

select * from refund_lines
