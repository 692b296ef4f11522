with

orders as (

    select * from {{ ref('int_orders__ga4') }}

),

items as (

    select * from {{ ref('stg_ga4__event_items') }}
    where event_name = 'purchase'

),

gift_card_types as (

    select * from {{ ref('gift_card_types') }}

),

-- An item without a quantity is one piece, as in GA4.
priced as (

    select
        items.event_item_id,
        items.event_id,
        items.product_id,
        items.product_name,
        items.unit_price,
        {{ product_type_words('items.product_category') }} as product_type,
        coalesce(items.quantity, 1) as quantity,
        items.unit_price * coalesce(items.quantity, 1) as line_price
    from items

),

order_lines as (

    select
        priced.event_item_id as order_line_id,

        orders.order_id,
        priced.product_id,

        priced.product_name,

        priced.quantity,
        {{
            to_reporting_currency(
                'priced.unit_price', 'orders.currency_code', 'orders.rate_to_reporting_currency'
            )
        }} as unit_price,
        {{
            to_reporting_currency(
                'priced.line_price', 'orders.currency_code', 'orders.rate_to_reporting_currency'
            )
        }} as line_amount,

        gift_card_types.product_type is not null as is_gift_card
    from priced
    inner join orders
        on priced.event_id = orders.event_id
    left join gift_card_types
        on priced.product_type = gift_card_types.product_type

)

select * from order_lines
