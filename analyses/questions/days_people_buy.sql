-- On which days do people buy, online and in stores?
-- Grain: one row per weekday, with public holidays as a day of their own.
-- Read: an index of 100 is the mean day of the side; the days between the first and the last order
-- count, also those without any order.

with

orders as (

    select
        order_date,
        count(*) filter (where sales_channel = 'pos') as store_orders,
        sum(case when sales_channel = 'pos' then 0 else 1 end) as other_orders,
        sum(net_revenue) as net_revenue
    from {{ ref('fct_orders') }}
    where is_conversion
    group by order_date

),

bounds as (

    select
        min(order_date) as first_date,
        max(order_date) as last_date
    from orders

),

days as (

    select
        dates.calendar_date,
        case when dates.is_holiday then 8 else dates.day_of_week end as day_number,
        case when dates.is_holiday then 'Public holiday' else dates.weekday_en end as day,
        coalesce(orders.store_orders, 0) as store_orders,
        coalesce(orders.other_orders, 0) as other_orders,
        coalesce(orders.net_revenue, 0) as net_revenue
    from {{ ref('dim_dates') }} as dates
    inner join bounds
        on dates.calendar_date between bounds.first_date and bounds.last_date
    left join orders
        on dates.calendar_date = orders.order_date

),

means as (

    select
        avg(store_orders) as store_orders,
        avg(other_orders) as other_orders
    from days

),

weekdays as (

    select
        day_number,
        day,
        count(*) as days,
        avg(store_orders) as store_orders,
        avg(other_orders) as other_orders,
        round(avg(net_revenue), 2) as net_revenue_per_day
    from days
    group by day_number, day

),

days_people_buy as (

    select
        weekdays.day_number,
        weekdays.day,
        weekdays.days,
        round(weekdays.store_orders, 1) as store_orders_per_day,
        round(100 * weekdays.store_orders / nullif(means.store_orders, 0), 0) as store_index,
        round(weekdays.other_orders, 1) as other_orders_per_day,
        round(100 * weekdays.other_orders / nullif(means.other_orders, 0), 0) as other_index,
        weekdays.net_revenue_per_day
    from weekdays
    cross join means

)

select * from days_people_buy
order by day_number asc
