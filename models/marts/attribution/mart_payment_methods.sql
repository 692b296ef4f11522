with

orders as (

    select
        order_id,
        order_date,
        sales_channel,
        coalesce(payment_method, 'unknown') as payment_method,
        net_revenue,
        is_cancelled
    from {{ ref('fct_orders') }}
    where is_conversion

),

declined_payments as (

    select
        source_key as transaction_id,
        order_id,
        touched_date
    from {{ ref('fct_touchpoints') }}
    where
        touchpoint_type = 'payment_declined'
        and not is_excluded

),

transactions as (

    select
        transaction_id,
        order_id,
        transaction_kind,
        gateway,
        is_successful
    from {{ ref('stg_store__transactions') }}

),

gateway_methods as (

    select
        transactions.gateway,
        orders.payment_method,
        count(*) as payments
    from transactions
    inner join orders
        on transactions.order_id = orders.order_id
    where
        transactions.is_successful
        and transactions.transaction_kind in ('sale', 'authorization', 'capture')
        and transactions.gateway is not null
    group by transactions.gateway, orders.payment_method

),

-- A gateway has the method of most of its payments.
methods_of_gateways as (

    select
        gateway,
        payment_method
    from gateway_methods
    qualify
        row_number() over (
            partition by gateway
            order by payments desc, payment_method asc
        ) = 1

),

-- Checkouts that became no order were made on the site.
failures as (

    select
        {{ month_of('declined_payments.touched_date') }} as month,
        coalesce(orders.sales_channel, 'web') as sales_channel,
        coalesce(methods_of_gateways.payment_method, transactions.gateway, 'unknown')
            as payment_method
    from declined_payments
    inner join transactions
        on declined_payments.transaction_id = transactions.transaction_id
    left join orders
        on declined_payments.order_id = orders.order_id
    left join methods_of_gateways
        on transactions.gateway = methods_of_gateways.gateway
    where transactions.transaction_kind in ('sale', 'authorization')

),

payments as (

    select
        {{ month_of('order_date') }} as month,
        sales_channel,
        payment_method,
        1 as orders,
        net_revenue,
        case when is_cancelled then 1 else 0 end as cancelled_orders,
        0 as failures
    from orders
    union all
    select
        month,
        sales_channel,
        payment_method,
        0 as orders,
        cast(0 as decimal(18, 2)) as net_revenue,
        0 as cancelled_orders,
        1 as failures
    from failures

),

summed as (

    select
        month,
        sales_channel,
        payment_method,
        sum(orders) as orders,
        sum(net_revenue) as net_revenue,
        sum(cancelled_orders) as cancelled_orders,
        sum(failures) as failures
    from payments
    group by month, sales_channel, payment_method

),

with_totals as (

    select
        *,
        sum(orders) over (partition by month, sales_channel) as all_orders,
        sum(net_revenue) over (partition by month, sales_channel) as all_net_revenue
    from summed

),

payment_methods as (

    select
        {{ surrogate_key(['month', 'sales_channel', 'payment_method']) }} as payment_method_id,

        month,
        sales_channel,
        payment_method,

        cast(orders as bigint) as orders,
        {{ ratio('orders', 'all_orders', 6) }} as order_share,
        cast(net_revenue as decimal(18, 2)) as net_revenue,
        {{ ratio('net_revenue', 'all_net_revenue', 6) }} as revenue_share,
        cast(cancelled_orders as bigint) as cancelled_orders,
        cast(failures as bigint) as failed_payments,
        {{ ratio('failures', 'orders + failures', 6) }} as failure_rate,
        cast(
            row_number() over (
                partition by month, sales_channel
                order by orders desc, net_revenue desc, payment_method asc
            ) as bigint
        ) as rank_by_orders
    from with_totals

)

select * from payment_methods
