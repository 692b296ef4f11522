with

orders as (

    select *
    from {{ ref('int_orders__valued') }}
    where not is_excluded and not is_cancelled

),

reviewed_orders as (

    select distinct order_id
    from {{ ref('stg_reviews__reviews') }}
    where not is_competitor and not is_internal and order_id is not null

),

returned_orders as (

    select distinct order_id
    from {{ ref('int_refund_lines__unioned') }}
    where is_goods

),

orders_with_ticket as (

    select distinct order_id
    from {{ ref('stg_crm__tickets') }}
    where order_id is not null

),

troubled as (

    select
        orders.order_id,
        returned_orders.order_id is not null as has_return,
        orders_with_ticket.order_id is not null as has_ticket,
        coalesce(orders.is_delivered_late, false) as is_late,
        reviewed_orders.order_id is not null as is_reviewed
    from orders
    left join returned_orders
        on orders.order_id = returned_orders.order_id
    left join orders_with_ticket
        on orders.order_id = orders_with_ticket.order_id
    left join reviewed_orders
        on orders.order_id = reviewed_orders.order_id

),

counted as (

    select
        *,
        count(*) over of_all as orders_of_all,
        sum(case when is_reviewed then 1 else 0 end) over of_all as reviewed_of_all,
        count(*) over of_kind as orders_of_kind,
        sum(case when is_reviewed then 1 else 0 end) over of_kind as reviewed_of_kind,
        count(*) over of_trouble as orders_of_trouble,
        sum(case when is_reviewed then 1 else 0 end) over of_trouble as reviewed_of_trouble
    from troubled
    window
        of_all as (partition by 1),
        of_kind as (partition by has_return, has_ticket, is_late),
        of_trouble as (partition by has_return or has_ticket or is_late)

),

-- A share over few orders is chance: the share over all orders with, or without, trouble replaces
-- it.
with_share as (

    select
        *,
        case
            when reviewed_of_kind >= {{ var('review_propensity_min_reviews') }}
                then round(cast(reviewed_of_kind as double) / orders_of_kind, 6)
            when reviewed_of_trouble >= {{ var('review_propensity_min_reviews') }}
                then round(cast(reviewed_of_trouble as double) / orders_of_trouble, 6)
            else round(cast(reviewed_of_all as double) / orders_of_all, 6)
        end as review_propensity
    from counted

),

reviewed as (

    select
        order_id,

        review_propensity,
        case
            when review_propensity > 0
                then cast(
                    round(
                        cast(reviewed_of_all as double) / orders_of_all / review_propensity, 4
                    ) as decimal(9, 4)
                )
        end as propensity_weight,

        has_return,
        has_ticket,
        is_late,
        is_reviewed
    from with_share

)

select * from reviewed
