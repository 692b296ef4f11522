with

orders as (

    select
        {{ identifier_id('order', 'order_id') }} as identifier_id,
        order_id,
        ordered_at
    from {{ ref('stg_store__orders') }}
    where not is_test and not is_internal

),

identifiers as (

    select * from {{ ref('int_identifiers__resolved') }}

),

orders_of_persons as (

    select
        coalesce(identifiers.person_id, orders.identifier_id) as person_id,
        orders.order_id,
        orders.ordered_at
    from orders
    left join identifiers
        on orders.identifier_id = identifiers.identifier_id

),

first_orders as (

    select
        person_id,
        order_id as first_order_id,
        ordered_at as first_ordered_at
    from orders_of_persons
    qualify
        row_number() over (
            partition by person_id
            order by ordered_at, order_id
        ) = 1

)

select * from first_orders
