-- Which orders come back, why, and where to?
-- Grain: one row per purchase mode and reason of return.
-- Read: share_of_orders is of all orders of the mode; to_store_share says how often the customer
-- walks in with it, which is a visit won. An order returned for two reasons counts under both.

with

orders as (

    select
        purchase_mode,
        count(*) as orders
    from {{ ref('fct_orders') }}
    where is_conversion
    group by purchase_mode

),

returned as (

    select
        purchase_mode,
        reason,
        count(distinct order_id) as returned_orders,
        count(*) as lines,
        sum(refunded) as paid_back,
        count(*) filter (where is_to_store) as lines_to_store,
        median(days_since_order) as median_days
    from {{ ref('fct_returns') }}
    where not is_excluded
    group by purchase_mode, reason

),

returns_by_mode_and_reason as (

    select
        returned.purchase_mode,
        returned.reason,
        returned.returned_orders,
        {{ ratio('returned.returned_orders', 'orders.orders') }} as share_of_orders,
        returned.paid_back,
        {{ ratio('returned.lines_to_store', 'returned.lines') }} as to_store_share,
        returned.median_days
    from returned
    inner join orders
        on returned.purchase_mode = orders.purchase_mode

)

select * from returns_by_mode_and_reason
order by purchase_mode asc, returned_orders desc, reason asc
