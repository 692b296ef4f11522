with

carts as (

    select
        cart_id,
        device_category,
        is_excluded,
        {{ month_of('begun_date') }} as month
    from {{ ref('int_carts__identified') }}

),

payments as (

    select * from {{ ref('int_payments__attempted') }}

),

-- A payment whose checkout is not exported yet has a month of its own.
cart_payments as (

    select
        payments.transaction_id,

        payments.cart_id,

        coalesce(carts.month, {{ month_of('payments.transaction_date') }}) as month,
        coalesce(carts.device_category, '(not seen)') as device_category,
        payments.error_code,

        payments.is_failed
    from payments
    left join carts
        on payments.cart_id = carts.cart_id
    where not coalesce(carts.is_excluded, false)

)

select * from cart_payments
