with

types as (

    select * from {{ ref('touchpoint_types') }}

),

orders as (

    select * from {{ ref('int_orders__unioned') }}

),

order_lines as (

    select * from {{ ref('int_order_lines__unioned') }}

),

fulfillments as (

    select * from {{ ref('stg_store__fulfillments') }}

),

refund_lines as (

    select * from {{ ref('int_refund_lines__unioned') }}

),

transactions as (

    select * from {{ ref('stg_store__transactions') }}

),

orders_of_checkouts as (

    select * from {{ ref('int_checkouts__ordered') }}

),

abandoned_checkouts as (

    select * from {{ ref('stg_store__abandoned_checkouts') }}

),

referrals as (

    select * from {{ ref('stg_store__referrals') }}

),

orders_placed as (

    select
        {{ surrogate_key(['source_table', 'order_id']) }} as touchpoint_id,
        source_table,
        source_key,
        'order' as touchpoint_type,
        case sales_channel
            when 'pos' then 'Store'
            when 'phone' then 'Phone'
            when 'facebook' then 'Social Message'
            when 'instagram' then 'Social Message'
        end as channel,
        identifier_id,
        order_id,
        cast(null as string) as checkout_id,
        cast(null as string) as product_id,
        location_id,
        ordered_at as touched_at,
        _loaded_at
    from orders

),

-- A parcel on its way, one waiting in a store or one that failed has not reached anybody.
orders_received as (

    select
        {{ touchpoint_id('store.fulfillment', ['fulfillment_id']) }} as touchpoint_id,
        'store.fulfillment' as source_table,
        fulfillment_id as source_key,
        case
            when fulfillment_method = 'PICK_UP' then 'order_pickup' else 'order_delivery'
        end as touchpoint_type,
        cast(null as string) as channel,
        {{ identifier_id('order', 'order_id') }} as identifier_id,
        order_id,
        cast(null as string) as checkout_id,
        cast(null as string) as product_id,
        location_id,
        delivered_at as touched_at,
        _loaded_at
    from fulfillments
    where delivered_at is not null and not is_failed

),

-- A refund of shipping or a gesture gives nothing back.
lines_returned as (

    select
        {{ surrogate_key(['refund_lines.source_table', 'refund_lines.refund_line_id']) }}
            as touchpoint_id,
        refund_lines.source_table,
        refund_lines.refund_line_id as source_key,
        'return' as touchpoint_type,
        case when refund_lines.location_id is not null then 'Store' end as channel,
        refund_lines.identifier_id,
        refund_lines.order_id,
        cast(null as string) as checkout_id,
        order_lines.product_id,
        refund_lines.location_id,
        refund_lines.refunded_at as touched_at,
        refund_lines._loaded_at
    from refund_lines
    left join order_lines
        on refund_lines.order_line_id = order_lines.order_line_id
    where refund_lines.is_goods

),

-- What a payment that worked says is said by its order.
payments_declined as (

    select
        {{ touchpoint_id('store.transaction', ['transactions.transaction_id']) }} as touchpoint_id,
        'store.transaction' as source_table,
        transactions.transaction_id as source_key,
        'payment_declined' as touchpoint_type,
        cast(null as string) as channel,
        coalesce(
            {{ identifier_id('order', 'transactions.order_id') }},
            {{ identifier_id('order', 'orders_of_checkouts.order_id') }},
            {{ identifier_id('customer', 'abandoned_checkouts.customer_id') }},
            {{ identifier_id('email', 'abandoned_checkouts.email_hash') }}
        ) as identifier_id,
        coalesce(transactions.order_id, orders_of_checkouts.order_id) as order_id,
        transactions.checkout_id,
        cast(null as string) as product_id,
        cast(null as string) as location_id,
        transactions.transaction_at as touched_at,
        transactions._loaded_at
    from transactions
    left join abandoned_checkouts
        on transactions.checkout_id = abandoned_checkouts.checkout_id
    left join orders_of_checkouts
        on transactions.checkout_id = orders_of_checkouts.checkout_id
    where not transactions.is_successful

),

checkouts_abandoned as (

    select
        {{ touchpoint_id('store.abandoned_checkout', ['checkout_id']) }} as touchpoint_id,
        'store.abandoned_checkout' as source_table,
        checkout_id as source_key,
        'abandoned_checkout' as touchpoint_type,
        cast(null as string) as channel,
        coalesce(
            {{ identifier_id('customer', 'customer_id') }},
            {{ identifier_id('email', 'email_hash') }}
        ) as identifier_id,
        cast(null as string) as order_id,
        checkout_id,
        cast(null as string) as product_id,
        cast(null as string) as location_id,
        started_at as touched_at,
        _loaded_at
    from abandoned_checkouts

),

-- Made by one person, redeemed by another: two touchpoints of two persons.
referrals_made as (

    select
        {{ touchpoint_id('store.referral', ['referral_id']) }} as touchpoint_id,
        'store.referral' as source_table,
        referral_id as source_key,
        'referral_made' as touchpoint_type,
        cast(null as string) as channel,
        {{ identifier_id('customer', 'referrer_customer_id') }} as identifier_id,
        cast(null as string) as order_id,
        cast(null as string) as checkout_id,
        cast(null as string) as product_id,
        cast(null as string) as location_id,
        shared_at as touched_at,
        _loaded_at
    from referrals
    where shared_at is not null

),

referrals_redeemed as (

    select
        {{ touchpoint_id('store.referral', ['referral_id', "'redeemed'"]) }} as touchpoint_id,
        'store.referral' as source_table,
        referral_id as source_key,
        'referral_redeemed' as touchpoint_type,
        cast(null as string) as channel,
        coalesce(
            {{ identifier_id('order', 'order_id') }},
            {{ identifier_id('email', 'referred_email_hash') }}
        ) as identifier_id,
        order_id,
        cast(null as string) as checkout_id,
        cast(null as string) as product_id,
        cast(null as string) as location_id,
        redeemed_at as touched_at,
        _loaded_at
    from referrals
    where redeemed_at is not null

),

recorded as (

    select * from orders_placed
    union all
    select * from orders_received
    union all
    select * from lines_returned
    union all
    select * from payments_declined
    union all
    select * from checkouts_abandoned
    union all
    select * from referrals_made
    union all
    select * from referrals_redeemed

),

touchpoints as (

    select
        recorded.touchpoint_id,

        recorded.identifier_id,
        cast(null as string) as session_id,
        cast(null as string) as campaign_id,
        cast(null as string) as campaign,
        recorded.product_id,
        recorded.order_id,
        recorded.location_id,

        case
            when recorded.source_table = 'ga4.event' then 'ga4' else types.source_system
        end as source_system,
        recorded.source_table,
        recorded.source_key,
        recorded.touchpoint_type,
        coalesce(recorded.channel, types.default_channel) as channel,
        types.default_direction as direction,

        cast(null as decimal(5, 4)) as sentiment,
        cast(null as bigint) as dwell_seconds,

        recorded.touched_at,
        {{ local_date('recorded.touched_at') }} as touched_date,

        types.is_path_touchpoint,
        false as is_bot,
        false as is_machine,
        coalesce(orders.is_internal, abandoned_checkouts.is_internal, false) as is_internal,
        coalesce(orders.is_test, abandoned_checkouts.is_test, false) as is_test,

        recorded._loaded_at,
        cast(recorded.touched_at as date) as event_day
    from recorded
    inner join types
        on recorded.touchpoint_type = types.touchpoint_type
    left join orders
        on recorded.order_id = orders.order_id
    left join abandoned_checkouts
        on recorded.checkout_id = abandoned_checkouts.checkout_id

)

select * from touchpoints
