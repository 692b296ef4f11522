-- How GA4's purchases and the shop's orders agree.
with

-- A refund says nothing of what its order was worth.
events as (

    select
        *,
        case
            when event_name = 'purchase' and outcome in ('shop_order', 'ga4_order')
                then transaction_id
        end as purchased_order_id,
        {{ month_of('event_date') }} as month
    from {{ ref('int_web_purchases__classified') }}

),

orders as (

    select * from {{ ref('int_orders__valued') }}

),

events_with_orders as (

    select
        events.*,
        orders.order_id,
        orders.charged_amount,
        orders.net_revenue
    from events
    left join orders
        on events.purchased_order_id = orders.order_id

),

web_purchases as (

    select
        {{ surrogate_key(['month', 'event_name', 'outcome']) }} as web_purchase_id,

        month,
        event_name,
        outcome,

        count(*) as events,
        count(distinct transaction_id) as transactions,
        count(*) filter (where coalesce(revenue, 0) = 0) as events_without_revenue,
        cast(coalesce(sum(revenue_amount), 0) as decimal(18, 2)) as revenue,
        count(order_id) as orders,
        cast(coalesce(sum(charged_amount), 0) as decimal(18, 2)) as charged_amount,
        cast(coalesce(sum(net_revenue), 0) as decimal(18, 2)) as net_revenue
    from events_with_orders
    group by month, event_name, outcome

)

select * from web_purchases
