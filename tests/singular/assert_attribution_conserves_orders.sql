-- Every order is shared out whole by every model: to the cent, and to exactly one conversion. So no
-- order is lost for want of a touchpoint, and none counts twice.
with

orders as (

    select
        order_id,
        net_revenue
    from {{ ref('fct_orders') }}
    where is_conversion

),

models as (

    select model from {{ ref('attribution_models') }}

),

credits as (

    select
        order_id,
        model,
        sum(conversion_share) as conversions,
        sum(revenue) as revenue
    from {{ ref('fct_attribution') }}
    group by order_id, model

),

expected as (

    select
        orders.order_id,
        orders.net_revenue,
        models.model
    from orders
    cross join models

),

faults as (

    select
        coalesce(expected.order_id, credits.order_id) as order_id,
        coalesce(expected.model, credits.model) as model,
        expected.net_revenue,
        credits.revenue,
        credits.conversions
    from expected
    full join credits
        on
            expected.order_id = credits.order_id
            and expected.model = credits.model
    where
        expected.order_id is null
        or credits.order_id is null
        or credits.conversions <> 1
        or credits.revenue <> expected.net_revenue

)

select * from faults
