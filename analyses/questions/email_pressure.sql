-- How many e-mails a month are too many?
-- Grain: one row per number of e-mails delivered to a person in a month (6 and more together).
-- Read: the figures are of the month after, so that nobody stands in a small row for having
-- unsubscribed. Where opens per e-mail fall, or unsubscribe_rate rises, from one row to the next,
-- the pressure is too high. Recipients of many (automation, orders) are not like those of few, so
-- compare neighbours rather than the ends.

with

touchpoints as (

    select
        person_id,
        touchpoint_type,
        {{ month_of('touched_date') }} as month
    from {{ ref('fct_touchpoints') }}
    where
        touchpoint_type in ('email_delivered', 'email_open', 'email_click', 'email_unsubscribe')
        and person_id is not null
        and not is_excluded

),

person_months as (

    select
        person_id,
        month,
        count(*) filter (where touchpoint_type = 'email_delivered') as delivered,
        count(*) filter (where touchpoint_type = 'email_open') as opened,
        count(*) filter (where touchpoint_type = 'email_click') as clicked,
        count(*) filter (where touchpoint_type = 'email_unsubscribe') as unsubscribed
    from touchpoints
    group by person_id, month

),

month_after as (

    select
        least(person_months.delivered, 6) as emails_in_month,
        later_months.delivered,
        later_months.opened,
        later_months.clicked,
        later_months.unsubscribed
    from person_months
    inner join person_months as later_months
        on
            person_months.person_id = later_months.person_id
            and cast(person_months.month + interval 1 month as date) = later_months.month
    where person_months.delivered > 0 and later_months.delivered > 0

),

by_pressure as (

    select
        emails_in_month,
        count(*) as persons,
        sum(delivered) as delivered,
        sum(opened) as opened,
        sum(clicked) as clicked,
        sum(unsubscribed) as unsubscribed
    from month_after
    group by emails_in_month

),

email_pressure as (

    select
        emails_in_month,
        persons,
        {{ ratio('opened', 'delivered') }} as opens_per_email,
        {{ ratio('clicked', 'delivered') }} as clicks_per_email,
        {{ ratio('unsubscribed', 'delivered') }} as unsubscribe_rate
    from by_pressure

)

select * from email_pressure
order by emails_in_month asc
