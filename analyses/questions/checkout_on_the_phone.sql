-- At which step of the checkout does the phone lose against the desktop?
-- Grain: one row per step of the checkout.
-- Read: gap is the share that goes on from the step before, desktop less mobile; lost_checkouts is
-- how many more mobile visits would go on if they did as desktop's do.

with

funnel as (

    select
        step,
        step_number,
        device_category,
        sum(entered) as entered,
        sum(entered - entered_here) as came_on
    from {{ ref('mart_checkout_funnel') }}
    where
        device_category in ('mobile', 'desktop')
        and entered is not null
    group by step, step_number, device_category

),

rates as (

    select
        step,
        step_number,
        device_category,
        entered,
        lag(entered) over (
            partition by device_category
            order by step_number asc
        ) as entered_before,
        came_on
    from funnel

),

beside as (

    select
        step,
        step_number,
        max(case when device_category = 'desktop' then entered end) as desktop_visits,
        max(case when device_category = 'mobile' then entered end) as mobile_visits,
        max(case when device_category = 'mobile' then entered_before end) as mobile_before,
        max(case when device_category = 'desktop' then {{ ratio('came_on', 'entered_before') }} end)
            as desktop_rate,
        max(case when device_category = 'mobile' then {{ ratio('came_on', 'entered_before') }} end)
            as mobile_rate
    from rates
    group by step, step_number

),

checkout_on_the_phone as (

    select
        step,
        step_number,
        desktop_visits,
        mobile_visits,
        desktop_rate,
        mobile_rate,
        round(desktop_rate - mobile_rate, 4) as gap,
        round((desktop_rate - mobile_rate) * mobile_before, 0) as lost_checkouts
    from beside

)

select * from checkout_on_the_phone
order by step_number asc
