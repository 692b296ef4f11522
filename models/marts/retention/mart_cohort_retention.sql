with

-- A customer without card, address, number or login cannot be recognised again.
orders as (

    select
        orders.order_id,
        orders.person_id,
        orders.order_date,
        {{ month_of('orders.order_date') }} as month,
        orders.net_revenue,
        orders.is_first_order,
        coalesce(persons.is_customer and persons.is_known, false) as is_known
    from {{ ref('fct_orders') }} as orders
    left join {{ ref('dim_persons') }} as persons
        on orders.person_id = persons.person_id
    where orders.is_conversion

),

observed as (

    select
        max(order_date) as last_date,
        {{ month_of('max(order_date)') }} as last_month
    from orders

),

cohorts_of_persons as (

    select
        person_id,
        month as cohort_month
    from orders
    where
        is_known
        and is_first_order

),

-- Every month with a first order has a cohort, even if every buyer of the month is unknown.
cohorts as (

    select
        month as cohort_month,
        count(*) filter (where is_known and is_first_order) as persons
    from orders
    where
        is_first_order
        or not is_known
    group by month

),

anonymous_orders as (

    select
        month,
        count(*) as orders,
        sum(net_revenue) as net_revenue
    from orders
    where not is_known
    group by month

),

months as (

    select distinct {{ month_of('calendar_date') }} as month
    from {{ ref('dim_dates') }}

),

-- Each cohort has a row for every month up to the last one of which anything is known.
cohort_months as (

    select
        cohorts.cohort_month,
        months.month,
        cohorts.persons,
        (year(months.month) - year(cohorts.cohort_month)) * 12
        + month(months.month) - month(cohorts.cohort_month) as months_since,
        last_day(months.month) <= observed.last_date as is_complete
    from cohorts
    cross join observed
    inner join months
        on
            cohorts.cohort_month <= months.month
            and observed.last_month >= months.month

),

activity as (

    select
        cohorts_of_persons.cohort_month,
        orders.month,
        count(distinct case
            when not orders.is_first_order then orders.person_id
        end) as active_persons,
        count(*) as orders,
        sum(orders.net_revenue) as net_revenue
    from orders
    inner join cohorts_of_persons
        on orders.person_id = cohorts_of_persons.person_id
    group by cohorts_of_persons.cohort_month, orders.month

),

cohort_activity as (

    select
        cohort_months.cohort_month,
        cohort_months.month,
        cohort_months.months_since,
        cohort_months.persons,
        coalesce(activity.active_persons, 0) as active_persons,
        coalesce(activity.orders, 0) as orders,
        coalesce(activity.net_revenue, 0) as net_revenue,
        sum(coalesce(activity.net_revenue, 0)) over (
            partition by cohort_months.cohort_month
            order by cohort_months.months_since
            rows between unbounded preceding and current row
        ) as cumulative_net_revenue,
        coalesce(case when cohort_months.months_since = 0 then anonymous_orders.orders end, 0)
            as anonymous_orders,
        coalesce(
            case when cohort_months.months_since = 0 then anonymous_orders.net_revenue end, 0
        ) as anonymous_net_revenue,
        cohort_months.is_complete
    from cohort_months
    left join activity
        on
            cohort_months.cohort_month = activity.cohort_month
            and cohort_months.month = activity.month
    left join anonymous_orders
        on cohort_months.cohort_month = anonymous_orders.month

),

cohort_retention as (

    select
        cohort_month,
        cast(months_since as integer) as months_since,
        month,

        persons,
        active_persons,
        orders,
        cast(net_revenue as decimal(18, 2)) as net_revenue,
        -- A month that is not over would look like one in which people stayed away.
        case
            when is_complete then {{ ratio('active_persons', 'persons') }}
        end as retention_rate,
        case
            when is_complete
                then {{ share_of_amount('cumulative_net_revenue', '1', 'persons') }}
        end as cumulative_revenue_per_person,
        anonymous_orders,
        cast(anonymous_net_revenue as decimal(18, 2)) as anonymous_net_revenue,

        is_complete
    from cohort_activity

)

select * from cohort_retention
