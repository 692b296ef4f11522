-- Do discounts win customers who stay, or give margin away?
-- Grain: one row per kind of first order: with or without a discount.
-- Read: compare came_back_share; where it is lower with a discount, the discount bought orders, not
-- customers. Only first orders at least 60 days older than the newest order count, so that all had
-- the same time.

with

orders as (

    select
        person_id,
        order_date,
        is_first_order,
        net_revenue,
        gross_revenue,
        discount
    from {{ ref('fct_orders') }}
    where is_conversion

),

newest as (

    select max(order_date) as newest_date from orders

),

first_orders as (

    select
        orders.person_id,
        orders.order_date,
        orders.net_revenue,
        orders.gross_revenue,
        orders.discount,
        case when orders.discount > 0 then 'with discount' else 'without discount' end
            as first_order
    from orders
    cross join newest
    where
        orders.is_first_order
        and {{ days_between('orders.order_date', 'newest.newest_date') }} >= 60

),

later_orders as (

    select
        first_orders.person_id,
        sum(orders.net_revenue) as later_revenue
    from first_orders
    inner join orders
        on
            first_orders.person_id = orders.person_id
            and not orders.is_first_order
            and {{ days_between('first_orders.order_date', 'orders.order_date') }} <= 60
    group by first_orders.person_id

),

compared as (

    select
        first_orders.first_order,
        count(*) as customers,
        sum(first_orders.discount) as discount,
        sum(first_orders.gross_revenue) as gross_revenue,
        sum(first_orders.net_revenue) as first_revenue,
        count(later_orders.person_id) as came_back,
        coalesce(sum(later_orders.later_revenue), 0) as later_revenue
    from first_orders
    left join later_orders
        on first_orders.person_id = later_orders.person_id
    group by first_orders.first_order

),

discounts_and_loyalty as (

    select
        first_order,
        customers,
        {{ ratio('discount', 'gross_revenue') }} as discount_rate,
        {{ ratio('first_revenue', 'customers', 2) }} as first_order_value,
        {{ ratio('came_back', 'customers') }} as came_back_share,
        {{ ratio('later_revenue', 'customers', 2) }} as later_revenue_per_customer
    from compared

)

select * from discounts_and_loyalty
order by first_order asc
