-- Whether satisfaction, loyalty, advocacy and revenue rise: each figure against the month before
-- and the same month of the year before.
with

orders as (

    select
        person_id,
        net_revenue,
        order_date,
        {{ month_of('order_date') }} as month
    from {{ ref('fct_orders') }}
    where is_conversion

),

touchpoints as (

    select
        touchpoint_type,
        touched_date,
        {{ month_of('touched_date') }} as month
    from {{ ref('int_touchpoints__identity_resolved') }}
    where not is_excluded

),

-- In a shop without orders, the touchpoints say which day it is.
newest as (

    select
        coalesce(
            (select max(order_date) from orders), (select max(touched_date) from touchpoints)
        ) as newest_date

),

ordered as (

    select
        month,
        count(*) as orders,
        count(distinct person_id) as customers,
        sum(net_revenue) as net_revenue
    from orders
    group by month

),

referred as (

    select
        month,
        count(*) filter (where touchpoint_type = 'referral_made') as invitations,
        count(*) filter (where touchpoint_type = 'referral_redeemed') as redeemed
    from touchpoints
    where touchpoint_type in ('referral_made', 'referral_redeemed')
    group by month

),

figures as (

    select
        month,
        case goal
            when 'satisfy' then 'satisfaction'
            when 'sell_again' then 'loyalty'
            else 'advocacy'
        end as outcome,
        case goal
            when 'satisfy' then 'csat'
            when 'sell_again' then 'repeat_rate'
            when 'be_recommended' then 'nps'
            when 'earn_reviews' then 'positive_review_share'
        end as kpi,
        denominator as cases,
        value
    from {{ ref('mart_stage_goals') }}
    where goal in ('satisfy', 'sell_again', 'be_recommended', 'earn_reviews')
    union all
    select
        month,
        'advocacy' as outcome,
        'referrals_made' as kpi,
        invitations as cases,
        cast(invitations as double) as value
    from referred
    union all
    select
        month,
        'advocacy' as outcome,
        'referrals_redeemed' as kpi,
        redeemed as cases,
        cast(redeemed as double) as value
    from referred
    union all
    select
        month,
        'loyalty' as outcome,
        'orders_per_customer' as kpi,
        customers as cases,
        {{ ratio('orders', 'customers') }} as value
    from ordered
    union all
    select
        month,
        'revenue' as outcome,
        'net_revenue' as kpi,
        orders as cases,
        cast(net_revenue as double) as value
    from ordered
    union all
    select
        month,
        'revenue' as outcome,
        'orders' as kpi,
        orders as cases,
        cast(orders as double) as value
    from ordered
    union all
    select
        month,
        'revenue' as outcome,
        'revenue_per_order' as kpi,
        orders as cases,
        {{ ratio('net_revenue', 'orders', 2) }} as value
    from ordered

),

compared as (

    select
        figures.month,
        figures.outcome,
        figures.kpi,
        figures.cases,
        figures.value,
        month_before.value as value_month_before,
        year_before.value as value_year_before,
        {{ days_between('newest.newest_date', "cast(figures.month + interval 1 month as date)") }}
        <= 1 as is_month_over
    from figures
    cross join newest
    left join figures as month_before
        on
            figures.kpi = month_before.kpi
            and figures.month = cast(month_before.month + interval 1 month as date)
    left join figures as year_before
        on
            figures.kpi = year_before.kpi
            and figures.month = cast(year_before.month + interval 12 month as date)

),

mart_outcome_kpis as (

    select
        month,
        outcome,
        kpi,

        cast(cases as bigint) as cases,
        value,
        value_month_before,
        cast(round(value - value_month_before, 4) as double) as change_on_month,
        {{ ratio('(value - value_month_before)', 'abs(value_month_before)') }}
            as relative_change_on_month,
        value_year_before,
        cast(round(value - value_year_before, 4) as double) as change_on_year,
        {{ ratio('(value - value_year_before)', 'abs(value_year_before)') }}
            as relative_change_on_year,
        value > value_month_before as has_risen,
        is_month_over
    from compared

)

select * from mart_outcome_kpis
