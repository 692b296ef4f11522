-- How much of the revenue comes from first orders, and how much from people who came back?
-- Grain: one row per month of order.
-- Read: a shop whose returning share falls while revenue grows is buying its growth. A
-- person who ordered before the first exports counts as new.

with

orders as (

    select
        net_revenue,
        is_first_order,
        {{ month_of('order_date') }} as month
    from {{ ref('fct_orders') }}
    where is_conversion

),

months as (

    select
        month,
        count(*) filter (where is_first_order) as first_orders,
        sum(case when is_first_order then 0 else 1 end) as repeat_orders,
        sum(case when is_first_order then net_revenue else 0 end) as first_revenue,
        sum(case when is_first_order then 0 else net_revenue end) as repeat_revenue
    from orders
    group by month

),

new_and_returning_revenue as (

    select
        *,
        {{ ratio('repeat_revenue', '(first_revenue + repeat_revenue)') }} as repeat_revenue_share,
        {{ ratio('first_revenue', 'first_orders', 2) }} as first_order_value,
        {{ ratio('repeat_revenue', 'repeat_orders', 2) }} as repeat_order_value
    from months

)

select * from new_and_returning_revenue
order by month asc
