-- What comes back, why, where, and what to do about it; on the refund's own day.
with

returns as (

    select
        *,
        {{ month_of('return_date') }} as month,
        coalesce(reason, '(none)') as reason_given
    from {{ ref('fct_returns') }}
    where not is_excluded

),

products as (

    select * from {{ ref('dim_products') }}

),

orders as (

    select
        order_id,
        {{ month_of('order_date') }} as month
    from {{ ref('fct_orders') }}
    where is_conversion

),

reasons as (

    select * from {{ ref('return_reasons') }}

),

sold as (

    select
        orders.month,
        coalesce(products.product_category, '(unknown)') as product_category,
        count(*) as sold_lines,
        cast(sum(order_lines.quantity) as bigint) as sold_items
    from {{ ref('int_order_lines__unioned') }} as order_lines
    inner join orders
        on order_lines.order_id = orders.order_id
    left join products
        on order_lines.product_id = products.product_id
    group by orders.month, coalesce(products.product_category, '(unknown)')

),

returned as (

    select
        returns.month,
        coalesce(products.product_category, '(unknown)') as product_category,
        returns.reason_given,
        count(*) as returned_lines,
        cast(sum(returns.items) as bigint) as returned_items,
        count(distinct returns.order_id) as orders,
        count(distinct returns.product_id) as products,
        cast(sum(returns.refunded) as decimal(18, 2)) as refunded,
        count(*) filter (where returns.is_to_store) as lines_to_stores,
        count(*) filter (where not returns.is_to_store) as lines_by_post,
        count(*) filter (where returns.sales_channel = 'pos') as lines_bought_in_stores,
        count(*) filter (where returns.sales_channel <> 'pos') as lines_bought_online,
        cast(median(returns.days_since_order) as double) as median_days_since_order
    from returns
    left join products
        on returns.product_id = products.product_id
    group by
        returns.month,
        coalesce(products.product_category, '(unknown)'),
        returns.reason_given

),

with_totals as (

    select
        *,
        sum(returned_lines) over (partition by month, product_category) as category_returned_lines
    from returned

),

mart_returns as (

    select
        returned.month,
        returned.product_category,
        returned.reason_given as reason,
        reasons.remedy,

        returned.returned_lines,
        returned.returned_items,
        returned.orders,
        returned.products,
        returned.refunded,
        returned.lines_to_stores,
        returned.lines_by_post,
        returned.lines_bought_in_stores,
        returned.lines_bought_online,
        returned.median_days_since_order,

        {{ ratio('returned.returned_lines', 'returned.category_returned_lines') }}
            as share_of_returns,
        coalesce(sold.sold_lines, 0) as category_sold_lines,
        {{ ratio('returned.returned_lines', 'sold.sold_lines') }} as return_rate,
        {{ ratio('returned.category_returned_lines', 'sold.sold_lines') }}
            as category_return_rate
    from with_totals as returned
    left join sold
        on
            returned.month = sold.month
            and returned.product_category = sold.product_category
    left join reasons
        on returned.reason_given = reasons.reason

)

select * from mart_returns
