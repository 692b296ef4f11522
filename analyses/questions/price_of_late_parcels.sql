-- What does a late parcel cost afterwards?
-- Grain: one row per delivery in time or late.
-- Read: compare the shares; those of late orders less those in time are what lateness goes along
-- with. Orders of the newest 30 days are left out, as returns and tickets take their time.

with

orders as (

    select
        order_id,
        person_id,
        order_date,
        net_revenue,
        is_delivered_late
    from {{ ref('fct_orders') }}
    where is_conversion and not is_cancelled

),

newest as (

    select max(order_date) as newest_date from orders

),

returned as (

    select distinct order_id from {{ ref('fct_returns') }}

),

ticketed as (

    select distinct order_id from {{ ref('fct_service_cases') }}
    where order_id is not null

),

surveys as (

    select
        order_id,
        avg(score_scaled) as score_scaled
    from {{ ref('fct_survey_responses') }}
    where order_id is not null
    group by order_id

),

next_orders as (

    select distinct earlier.order_id
    from orders as earlier
    inner join orders as later
        on
            earlier.person_id = later.person_id
            and earlier.order_date < later.order_date
            and {{ days_between('earlier.order_date', 'later.order_date') }} <= 30

),

compared as (

    select
        case when orders.is_delivered_late then 'late' else 'in time' end as delivery,
        count(*) as orders,
        count(returned.order_id) as returned_orders,
        count(ticketed.order_id) as orders_with_ticket,
        count(next_orders.order_id) as ordered_again,
        round(avg(surveys.score_scaled), 4) as mean_survey_score
    from orders
    cross join newest
    left join returned
        on orders.order_id = returned.order_id
    left join ticketed
        on orders.order_id = ticketed.order_id
    left join surveys
        on orders.order_id = surveys.order_id
    left join next_orders
        on orders.order_id = next_orders.order_id
    where
        orders.is_delivered_late is not null
        and {{ days_between('orders.order_date', 'newest.newest_date') }} >= 30
    group by case when orders.is_delivered_late then 'late' else 'in time' end

),

price_of_late_parcels as (

    select
        delivery,
        orders,
        {{ ratio('returned_orders', 'orders') }} as return_rate,
        {{ ratio('orders_with_ticket', 'orders') }} as ticket_rate,
        {{ ratio('ordered_again', 'orders') }} as ordered_again_within_30_days,
        mean_survey_score
    from compared

)

select * from price_of_late_parcels
order by delivery asc
