-- Why did net revenue change from one month to the next: more buyers, more orders of each, or
-- dearer orders?
-- Grain: one row per month of order.
-- Read: the three effects add up to the change (each as if the factors changed one after the
-- other); the last month is short where the data end within it.

with

orders as (

    select
        person_id,
        net_revenue,
        {{ month_of('order_date') }} as month
    from {{ ref('fct_orders') }}
    where is_conversion

),

months as (

    select
        month,
        count(distinct person_id) as buyers,
        count(*) as orders,
        sum(net_revenue) as net_revenue
    from orders
    group by month

),

factors as (

    select
        month,
        buyers,
        orders,
        net_revenue,
        cast(orders as double) / buyers as orders_per_buyer,
        cast(net_revenue as double) / orders as order_value
    from months

),

beside_previous as (

    select
        *,
        lag(net_revenue) over (order by month asc) as net_revenue_before,
        lag(buyers) over (order by month asc) as buyers_before,
        lag(orders_per_buyer) over (order by month asc) as orders_per_buyer_before,
        lag(order_value) over (order by month asc) as order_value_before
    from factors

),

revenue_change_explained as (

    select
        month,
        net_revenue,
        net_revenue - net_revenue_before as revenue_change,
        round((buyers - buyers_before) * orders_per_buyer_before * order_value_before, 2)
            as by_buyers,
        round(buyers * (orders_per_buyer - orders_per_buyer_before) * order_value_before, 2)
            as by_orders_per_buyer,
        round(orders * (order_value - order_value_before), 2) as by_order_value,
        buyers,
        round(orders_per_buyer, 3) as orders_per_buyer,
        round(order_value, 2) as order_value
    from beside_previous

)

select * from revenue_change_explained
order by month asc
