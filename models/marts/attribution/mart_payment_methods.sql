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

transactions as (

    select * from {{ ref('stg_store__transactions') }}

),

-- A gateway has the method of most of its payments.
methods_of_gateways as (

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
    qualify
        row_number() over (
            partition by transactions.gateway
            order by payments desc, orders.payment_method asc
        ) = 1

),

-- Checkouts that became no order were made on the site.
failures as (

    select
        {{ month_of('declined_payments.touched_date') }} as month,
        coalesce(orders.sales_channel, 'web') as sales_channel,
        coalesce(methods_of_gateways.payment_method, transactions.gateway, 'unknown')
            as payment_method
    from {{ ref('fct_touchpoints') }} as declined_payments
    inner join transactions
        on declined_payments.source_key = transactions.transaction_id
    left join orders
        on declined_payments.order_id = orders.order_id
    left join methods_of_gateways
        on transactions.gateway = methods_of_gateways.gateway
    where
        declined_payments.touchpoint_type = 'payment_declined'
        and not declined_payments.is_excluded
        and transactions.transaction_kind in ('sale', 'authorization')

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
        cast(sum(orders) as bigint) as orders,
        cast(sum(net_revenue) as decimal(18, 2)) as net_revenue,
        cast(sum(cancelled_orders) as bigint) as cancelled_orders,
        cast(sum(failures) as bigint) as failed_payments
    from payments
    group by month, sales_channel, payment_method

),

payment_methods as (

    select
        {{ surrogate_key(['month', 'sales_channel', 'payment_method']) }} as payment_method_id,

        month,
        sales_channel,
        payment_method,

        orders,
        {{ ratio('orders', 'sum(orders) over (partition by month, sales_channel)', 6) }}
            as order_share,
        net_revenue,
        {{ ratio('net_revenue', 'sum(net_revenue) over (partition by month, sales_channel)', 6) }}
            as revenue_share,
        cancelled_orders,
        failed_payments,
        {{ ratio('failed_payments', 'orders + failed_payments', 6) }} as failure_rate,
        cast(row_number() over (
            partition by month, sales_channel
            order by orders desc, net_revenue desc, payment_method asc
        ) as bigint) as rank_by_orders
    from summed

)

select * from payment_methods
