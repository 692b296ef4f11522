-- Is a quick reply worth its price: do people ask again less, and order again more?
-- Grain: one row per time to the first reply.
-- Read: if speed matters, slower rows have more repeat contacts and fewer orders. Urgent tickets
-- may be answered first, so look at the priorities before paying for speed; a row of few tickets
-- says little.

with

cases as (

    select
        service_case_id,
        person_id,
        opened_date,
        first_reply_seconds,
        has_repeat_contact,
        case
            when first_reply_seconds is null then '5 never answered'
            when first_reply_seconds <= 3600 then '1 within an hour'
            when first_reply_seconds <= 4 * 3600 then '2 within four hours'
            when first_reply_seconds <= 24 * 3600 then '3 within a day'
            else '4 later'
        end as first_reply
    from {{ ref('fct_service_cases') }}
    where not is_excluded

),

orders as (

    select
        person_id,
        order_date
    from {{ ref('fct_orders') }}
    where is_conversion

),

followed as (

    select distinct cases.service_case_id
    from cases
    inner join orders
        on
            cases.person_id = orders.person_id
            and cases.opened_date < orders.order_date
            and {{ days_between('cases.opened_date', 'orders.order_date') }} <= 30

),

counted as (

    select
        cases.first_reply,
        count(*) as tickets,
        count(*) filter (where cases.has_repeat_contact) as repeated,
        count(followed.service_case_id) as ordered
    from cases
    left join followed
        on cases.service_case_id = followed.service_case_id
    group by cases.first_reply

),

worth_of_a_quick_reply as (

    select
        first_reply,
        tickets,
        {{ ratio('repeated', 'tickets') }} as repeat_contact_share,
        {{ ratio('ordered', 'tickets') }} as ordered_within_30_days
    from counted

)

select * from worth_of_a_quick_reply
order by first_reply asc
