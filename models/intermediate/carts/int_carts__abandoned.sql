{%- set recovery_microseconds = var('cart_recovery_days') * 86400000000 %}

with

carts as (

    select * from {{ ref('int_carts__identified') }}

),

orders as (

    select * from {{ ref('int_orders__valued') }}

),

causes as (

    select * from {{ ref('abandonment_causes') }}

),

identifiers as (

    select * from {{ ref('int_identifiers__resolved') }}

),

abandoned_carts as (

    select
        *,
        case
            when cart_value > 0
                then
                    round(
                        cast(coalesce(shipping_shown, 0) as double) / cast(cart_value as double), 4
                    )
        end as shipping_share
    from carts
    where not is_purchased

),

-- The first rule of those whose filled conditions all hold. What a cart does not know, holds not.
causes_of_carts as (

    select
        abandoned_carts.cart_id,
        min(causes.priority) as cause_priority
    from abandoned_carts
    inner join causes
        on
            (causes.last_step is null or abandoned_carts.last_step = causes.last_step)
            and (
                causes.has_payment_failure is null
                or abandoned_carts.has_payment_failure = causes.has_payment_failure
            )
            and (
                causes.min_shipping_share is null
                or abandoned_carts.shipping_share >= causes.min_shipping_share
            )
            and (
                causes.is_signed_in is null
                or abandoned_carts.is_signed_in = causes.is_signed_in
            )
            and (
                causes.min_confusion_index is null
                or abandoned_carts.confusion_index >= causes.min_confusion_index
            )
            and (
                causes.min_product_views is null
                or abandoned_carts.product_views >= causes.min_product_views
            )
    group by abandoned_carts.cart_id

),

-- The session may name a person by its device, and the checkout by the address typed in it.
persons_of_carts as (

    select
        abandoned_carts.cart_id,
        abandoned_carts.begun_at,
        coalesce(identifiers.person_id, abandoned_carts.identifier_id) as person_id
    from abandoned_carts
    left join identifiers
        on abandoned_carts.identifier_id = identifiers.identifier_id

    union

    select
        abandoned_carts.cart_id,
        abandoned_carts.begun_at,
        coalesce(identifiers.person_id, abandoned_carts.checkout_identifier_id) as person_id
    from abandoned_carts
    left join identifiers
        on abandoned_carts.checkout_identifier_id = identifiers.identifier_id
    where abandoned_carts.checkout_identifier_id is not null

),

orders_of_persons as (

    select
        orders.order_id,
        coalesce(identifiers.person_id, orders.identifier_id) as person_id,
        orders.is_in_store,
        orders.ordered_at
    from orders
    left join identifiers
        on orders.identifier_id = identifiers.identifier_id
    where
        not orders.is_excluded
        and not orders.is_cancelled

),

recoveries as (

    select
        persons_of_carts.cart_id,
        orders_of_persons.order_id,
        orders_of_persons.is_in_store,
        orders_of_persons.ordered_at
    from persons_of_carts
    inner join orders_of_persons
        on
            persons_of_carts.person_id = orders_of_persons.person_id
            and persons_of_carts.begun_at < orders_of_persons.ordered_at
    where
        {{ to_epoch_microseconds('orders_of_persons.ordered_at') }}
        - {{ to_epoch_microseconds('persons_of_carts.begun_at') }}
        <= {{ recovery_microseconds }}
    qualify
        row_number() over (
            partition by persons_of_carts.cart_id
            order by orders_of_persons.ordered_at, orders_of_persons.order_id
        ) = 1

),

last_known as (

    select max(ordered_at) as last_ordered_at
    from orders

),

abandoned as (

    select
        abandoned_carts.cart_id,

        abandoned_carts.session_id,
        abandoned_carts.checkout_id,
        recoveries.order_id as recovering_order_id,
        abandoned_carts.identifier_id,
        abandoned_carts.checkout_identifier_id,

        abandoned_carts.seen_in,
        abandoned_carts.device_category,
        abandoned_carts.source,
        abandoned_carts.medium,
        abandoned_carts.channel,
        abandoned_carts.last_step,
        causes.cause,
        case
            when recoveries.is_in_store then 'recovered_in_store'
            when recoveries.order_id is not null or abandoned_carts.is_completed_later
                then 'recovered_online'
            when
                {{ to_epoch_microseconds('last_known.last_ordered_at') }}
                - {{ to_epoch_microseconds('abandoned_carts.begun_at') }}
                > {{ recovery_microseconds }}
                then 'lost'
            else 'undecided'
        end as outcome,

        abandoned_carts.cart_value,
        abandoned_carts.shipping_shown,
        abandoned_carts.shipping_share,
        abandoned_carts.product_views,
        abandoned_carts.confusion_index,

        abandoned_carts.has_payment_failure,
        abandoned_carts.is_signed_in,
        abandoned_carts.exclusion_reason,
        abandoned_carts.is_excluded,

        abandoned_carts.begun_at,
        recoveries.ordered_at as recovered_at,
        abandoned_carts.begun_date
    from abandoned_carts
    cross join last_known
    left join causes_of_carts
        on abandoned_carts.cart_id = causes_of_carts.cart_id
    left join causes
        on causes_of_carts.cause_priority = causes.priority
    left join recoveries
        on abandoned_carts.cart_id = recoveries.cart_id

)

select * from abandoned
