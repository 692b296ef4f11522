with

identifiers as (

    select * from {{ ref('int_identifiers__resolved') }}

),

orders as (

    select *
    from {{ ref('int_orders__valued') }}
    where not is_excluded

),

purchase_modes as (

    select * from {{ ref('int_orders__purchase_modes') }}

),

refund_lines as (

    select
        order_id,
        refund_date
    from {{ ref('int_refund_lines__unioned') }}
    where is_goods

),

orders_of_persons as (

    select
        coalesce(identifiers.person_id, orders.identifier_id) as person_id,
        orders.order_id,
        orders.order_date,
        orders.gross_revenue,
        orders.discount,
        orders.is_in_store,
        -- As it was ordered: what comes back later is a return of its own month.
        orders.net_revenue + orders.refunded as order_value,
        coalesce(purchase_modes.is_impulse, false) as is_impulse
    from orders
    left join identifiers
        on orders.identifier_id = identifiers.identifier_id
    left join purchase_modes
        on orders.order_id = purchase_modes.order_id

),

first_returns as (

    select
        order_id,
        min(refund_date) as returned_date
    from refund_lines
    group by order_id

),

dated as (

    select
        person_id,
        {{ month_of('order_date') }} as month,
        order_date,
        gross_revenue,
        discount,
        order_value,
        1 as orders,
        case when is_in_store then 1 else 0 end as store_orders,
        case when is_impulse then 1 else 0 end as impulse_orders,
        0 as returned_orders
    from orders_of_persons

    union all

    select
        orders_of_persons.person_id,
        {{ month_of('first_returns.returned_date') }}
            as month,
        cast(null as date) as order_date,
        0 as gross_revenue,
        0 as discount,
        0 as order_value,
        0 as orders,
        0 as store_orders,
        0 as impulse_orders,
        1 as returned_orders
    from orders_of_persons
    inner join first_returns
        on orders_of_persons.order_id = first_returns.order_id

),

person_months as (

    select
        person_id,
        month,

        cast(sum(orders) as bigint) as orders,
        cast(sum(store_orders) as bigint) as store_orders,
        cast(sum(impulse_orders) as bigint) as impulse_orders,
        cast(sum(returned_orders) as bigint) as returned_orders,
        cast(sum(gross_revenue) as decimal(18, 2)) as gross_revenue,
        cast(sum(discount) as decimal(18, 2)) as discount,
        cast(sum(order_value) as decimal(18, 2)) as order_value,

        min(order_date) as first_order_date,
        max(order_date) as last_order_date
    from dated
    group by person_id, month

)

select * from person_months
