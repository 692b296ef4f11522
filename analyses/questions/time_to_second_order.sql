-- How long does it take until a customer orders again?
-- Grain: one row per month of first order.
-- Read: each share is of the customers whose 30, 60 or 90 days are over in the data, so that young
-- cohorts are not punished; null where nobody's are.

with

orders as (

    select
        person_id,
        order_date,
        order_number_of_person
    from {{ ref('fct_orders') }}
    where order_number_of_person in (1, 2)

),

newest as (

    select max(order_date) as newest_date from {{ ref('fct_orders') }}

),

customers as (

    select
        person_id,
        min(case when order_number_of_person = 1 then order_date end) as first_date,
        min(case when order_number_of_person = 2 then order_date end) as second_date
    from orders
    group by person_id

),

waits as (

    select
        {{ month_of('customers.first_date') }} as first_month,
        {{ days_between('customers.first_date', 'newest.newest_date') }} as days_seen,
        {{ days_between('customers.first_date', 'customers.second_date') }} as days_to_second
    from customers
    cross join newest
    where customers.first_date is not null

),

counted as (

    select
        first_month,
        count(*) as customers,
        median(days_to_second) as median_days,
        count(*) filter (where days_seen >= 30) as seen_30,
        count(*) filter (where days_seen >= 30 and days_to_second <= 30) as again_30,
        count(*) filter (where days_seen >= 60) as seen_60,
        count(*) filter (where days_seen >= 60 and days_to_second <= 60) as again_60,
        count(*) filter (where days_seen >= 90) as seen_90,
        count(*) filter (where days_seen >= 90 and days_to_second <= 90) as again_90
    from waits
    group by first_month

),

time_to_second_order as (

    select
        first_month,
        customers,
        {{ ratio('again_30', 'seen_30') }} as within_30_days,
        {{ ratio('again_60', 'seen_60') }} as within_60_days,
        {{ ratio('again_90', 'seen_90') }} as within_90_days,
        median_days as median_days_of_those_who_did
    from counted

)

select * from time_to_second_order
order by first_month asc
