with

checkout_steps as (

    select * from {{ ref('int_web_checkout_steps__selected') }}

),

sessions as (

    select * from {{ ref('int_web_sessions__classified') }}

),

checkouts as (

    select * from {{ ref('int_checkouts__matched') }}

),

orders as (

    select * from {{ ref('int_orders__valued') }}
    where sales_channel in ('web', 'app')

),

step_names as (

    select distinct
        step_number,
        step
    from {{ ref('checkout_steps') }}

),

session_carts as (

    select
        session_id,
        max_by(cart_value, event_id) filter (
            where touchpoint_type = 'checkout_start' and cart_value is not null
        ) as checkout_value,
        sum(case when touchpoint_type = 'cart_add' then cart_value end) as added_value,
        max(step_number) as step_number,
        bool_or(touchpoint_type = 'payment_failure') as has_payment_failure,
        bool_or(touchpoint_type = 'web_purchase') as is_purchased,
        min(event_at) as begun_at
    from checkout_steps
    group by session_id

),

-- With several checkouts in one session, the last one says how it ended.
checkouts_of_sessions as (

    select * from checkouts
    where session_id is not null
    qualify
        row_number() over (
            partition by session_id
            order by started_at desc, checkout_id desc
        ) = 1

),

seen_carts as (

    select
        session_carts.session_id as cart_id,
        session_carts.session_id,
        checkouts.checkout_id,
        sessions.order_id,
        sessions.identifier_id,
        checkouts.identifier_id as checkout_identifier_id,
        'visit' as seen_in,
        coalesce(sessions.device_category, '(not set)') as device_category,
        sessions.source,
        sessions.medium,
        sessions.channel,
        case
            when session_carts.is_purchased then session_carts.step_number
            else greatest(session_carts.step_number, coalesce(checkouts.step_number, 0))
        end as step_number,
        coalesce(session_carts.checkout_value, checkouts.cart_value, session_carts.added_value)
            as cart_value,
        checkouts.shipping_amount as shipping_shown,
        sessions.product_views,
        sessions.confusion_index,
        session_carts.is_purchased,
        coalesce(checkouts.is_completed, false) as is_completed_later,
        session_carts.has_payment_failure,
        sessions.user_id is not null or coalesce(checkouts.is_signed_in, false) as is_signed_in,
        coalesce(
            {{ exclusion_reason(['test', 'internal'], 'checkouts') }}, sessions.exclusion_reason
        ) as exclusion_reason,
        session_carts.begun_at,
        sessions.started_date as begun_date
    from session_carts
    inner join sessions
        on session_carts.session_id = sessions.session_id
    left join checkouts_of_sessions as checkouts
        on session_carts.session_id = checkouts.session_id

),

-- Only the shop knows visitors who refuse analytics, from the checkout on.
unseen_checkouts as (

    select
        cart_id,
        checkout_id,
        order_id,
        identifier_id,
        coalesce(step_number, 2) as step_number,
        cart_value,
        shipping_amount as shipping_shown,
        false as is_purchased,
        is_completed as is_completed_later,
        is_signed_in,
        {{ exclusion_reason(['test', 'internal']) }} as exclusion_reason,
        started_at as begun_at,
        checkout_date as begun_date
    from checkouts
    where session_id is null

),

purchases as (

    select order_id
    from checkout_steps
    where touchpoint_type = 'web_purchase'

),

unseen_orders as (

    select
        {{ surrogate_key(["'store.order'", 'orders.order_id']) }} as cart_id,
        cast(null as string) as checkout_id,
        orders.order_id,
        orders.identifier_id,
        5 as step_number,
        cast(orders.charged_amount - orders.charged_shipping as decimal(18, 2)) as cart_value,
        orders.charged_shipping as shipping_shown,
        true as is_purchased,
        false as is_completed_later,
        orders.customer_id is not null as is_signed_in,
        orders.exclusion_reason,
        orders.ordered_at as begun_at,
        orders.order_date as begun_date
    from orders
    anti join purchases
        on orders.order_id = purchases.order_id
    anti join unseen_checkouts
        on orders.order_id = unseen_checkouts.order_id

),

unseen_carts as (

    select * from unseen_checkouts
    union all
    select * from unseen_orders

),

carts as (

    select * from seen_carts
    union all
    select
        cart_id,
        cast(null as string) as session_id,
        checkout_id,
        order_id,
        identifier_id,
        identifier_id as checkout_identifier_id,
        'shop' as seen_in,
        '(not seen)' as device_category,
        '(not seen)' as source,
        '(not seen)' as medium,
        '(not seen)' as channel,
        step_number,
        cart_value,
        shipping_shown,
        cast(null as bigint) as product_views,
        cast(null as double) as confusion_index,
        is_purchased,
        is_completed_later,
        false as has_payment_failure,
        is_signed_in,
        exclusion_reason,
        begun_at,
        begun_date
    from unseen_carts

),

failed_payments as (

    select distinct cart_id
    from {{ ref('int_payments__attempted') }}
    where is_failed and cart_id is not null

),

identified as (

    select
        carts.cart_id,

        carts.session_id,
        carts.checkout_id,
        carts.order_id,
        carts.identifier_id,
        carts.checkout_identifier_id,

        carts.seen_in,
        carts.device_category,
        carts.source,
        carts.medium,
        carts.channel,
        step_names.step as last_step,

        cast(carts.step_number as integer) as last_step_number,
        cast(carts.cart_value as decimal(18, 2)) as cart_value,
        cast(carts.shipping_shown as decimal(18, 2)) as shipping_shown,
        carts.product_views,
        carts.confusion_index,

        carts.is_purchased,
        carts.is_completed_later,
        carts.has_payment_failure or failed_payments.cart_id is not null as has_payment_failure,
        carts.is_signed_in,
        carts.exclusion_reason,
        carts.exclusion_reason is not null as is_excluded,

        carts.begun_at,
        carts.begun_date
    from carts
    left join step_names
        on carts.step_number = step_names.step_number
    left join failed_payments
        on carts.cart_id = failed_payments.cart_id

)

select * from identified
