with

transactions as (

    select * from {{ ref('stg_store__transactions') }}

),

checkouts as (

    select * from {{ ref('int_checkouts__matched') }}

),

orders_of_checkouts as (

    select * from {{ ref('int_checkouts__ordered') }}

),

checkout_steps as (

    select * from {{ ref('int_web_checkout_steps__selected') }}

),

orders as (

    select order_id
    from {{ ref('int_orders__valued') }}
    where sales_channel in ('web', 'app')

),

-- The visit that saw the order first, where several reloaded the thank-you page.
sessions_of_orders as (

    select
        order_id,
        min_by(session_id, event_id) as session_id
    from checkout_steps
    where
        touchpoint_type = 'web_purchase'
        and order_id is not null
    group by order_id

),

-- An order that was placed in a checkout no visit saw has the checkout's cart.
carts_of_orders as (

    select
        order_id,
        min(cart_id) as cart_id
    from checkouts
    where
        session_id is null
        and order_id is not null
    group by order_id

),

attempts as (

    select
        transactions.transaction_id,
        transactions.checkout_id,
        coalesce(transactions.order_id, orders_of_checkouts.order_id) as order_id,
        transactions.gateway,
        transactions.error_code,
        transactions.transaction_amount,
        transactions.is_successful,
        transactions.transaction_at,
        transactions.transaction_date
    from transactions
    left join orders_of_checkouts
        on transactions.checkout_id = orders_of_checkouts.checkout_id
    where transactions.transaction_kind in ('sale', 'authorization')

),

attempts_of_carts as (

    select
        attempts.transaction_id,
        coalesce(
            checkouts.cart_id,
            sessions_of_orders.session_id,
            carts_of_orders.cart_id,
            case
                when orders.order_id is not null
                    then {{ surrogate_key(["'store.order'", 'orders.order_id']) }}
            end
        ) as cart_id,
        attempts.checkout_id,
        attempts.order_id,

        attempts.gateway,
        attempts.error_code,

        attempts.transaction_amount,

        not attempts.is_successful as is_failed,

        attempts.transaction_at,
        attempts.transaction_date
    from attempts
    left join checkouts
        on attempts.checkout_id = checkouts.checkout_id
    left join sessions_of_orders
        on attempts.order_id = sessions_of_orders.order_id
    left join carts_of_orders
        on attempts.order_id = carts_of_orders.order_id
    left join orders
        on attempts.order_id = orders.order_id

),

-- An order in a store or by phone has no cart on the site. A checkout may be exported later than
-- the payment that failed in it; until then its cart is not known.
attempted as (

    select * from attempts_of_carts
    where
        cart_id is not null
        or checkout_id is not null

)

select * from attempted
