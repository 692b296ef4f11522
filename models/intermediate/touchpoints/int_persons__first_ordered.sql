with

orders as (

    select * from {{ ref('int_orders__converted') }}

),

first_orders as (

    select
        person_id,
        order_id as first_order_id,
        ordered_at as first_ordered_at
    from orders
    qualify
        row_number() over (
            partition by person_id
            order by ordered_at, order_id
        ) = 1

)

select * from first_orders
