{{ config(materialized='view') }}

with

persons as (

    select *
    from {{ ref('int_persons__summarised') }}
    where touchpoints = 0 or touchpoints > excluded_touchpoints

),

identifiers as (

    select * from {{ ref('int_identifiers__summarised') }}

),

resolved as (

    select * from {{ ref('int_identifiers__resolved') }}

),

channel_months as (

    select
        *,
        min(case when path_touchpoints > 0 then month end) over (
            partition by person_id, channel
        ) as first_path_month
    from {{ ref('int_person_channel_months__engagement') }}

),

order_months as (

    select * from {{ ref('int_person_months__ordered') }}

),

-- The last day of all: a month that is not over is looked at as of that day.
newest as (

    select
        max(last_touched_date) as newest_date,
        cast(date_trunc('month', max(last_touched_date)) as date) as month
    from channel_months

),

-- Since when the shop could recognise or reach the person; today where no record has a date.
known_since as (

    select
        coalesce(resolved.person_id, identifiers.identifier_id) as person_id,
        coalesce(
            cast(date_trunc('month', min({{ local_date('identifiers.first_seen_at') }})) as date),
            max(newest.month)
        ) as month
    from identifiers
    cross join newest
    left join resolved
        on identifiers.identifier_id = resolved.identifier_id
    where
        {{ is_known_by_type('identifiers.identifier_type') }}
        and not coalesce(resolved.is_hub, false)
    group by coalesce(resolved.person_id, identifiers.identifier_id)

),

touchpoint_months as (

    select
        person_id,
        month,
        cast(sum(path_touchpoints) as bigint) as path_touchpoints,
        cast(sum(path_touchpoints_to_order) as bigint) as path_touchpoints_to_order,
        cast(sum(sessions) as bigint) as sessions,
        cast(sum(mobile_sessions) as bigint) as mobile_sessions,
        cast(sum(research_touchpoints) as bigint) as research_touchpoints,
        cast(sum(research_touchpoints_to_order) as bigint) as research_touchpoints_to_order,
        cast(sum(service_touchpoints) as bigint) as service_touchpoints,
        cast(sum(store_touchpoints) as bigint) as store_touchpoints,
        cast(sum(involvement_touchpoints) as bigint) as involvement_touchpoints,
        cast(sum(messages_delivered) as bigint) as messages_delivered,
        cast(sum(messages_opened) as bigint) as messages_opened,
        cast(sum(messages_clicked) as bigint) as messages_clicked,
        count(*) filter (where month = first_path_month) as new_channels
    from channel_months
    group by person_id, month

),

-- Months in which something can have changed: a touchpoint, an order, a return, first seen, known.
months_of_persons as (

    select
        person_id,
        month
    from touchpoint_months
    union
    select
        person_id,
        month
    from order_months
    union
    select
        person_id,
        month
    from known_since
    union
    select
        person_id,
        cast(date_trunc('month', {{ local_date('first_seen_at') }}) as date) as month
    from persons
    where first_seen_at is not null

),

counted as (

    select
        months_of_persons.person_id,
        months_of_persons.month,
        least(last_day(months_of_persons.month), newest.newest_date) as as_of_date,
        coalesce(known_since.month <= months_of_persons.month, false) as is_known,
        coalesce(touchpoint_months.new_channels, 0) as new_channels,
        coalesce(touchpoint_months.path_touchpoints, 0) as path_touchpoints,
        coalesce(touchpoint_months.path_touchpoints_to_order, 0) as path_touchpoints_to_order,
        coalesce(touchpoint_months.sessions, 0) as sessions,
        coalesce(touchpoint_months.mobile_sessions, 0) as mobile_sessions,
        coalesce(touchpoint_months.research_touchpoints, 0) as research_touchpoints,
        coalesce(touchpoint_months.research_touchpoints_to_order, 0)
            as research_touchpoints_to_order,
        coalesce(touchpoint_months.service_touchpoints, 0) as service_touchpoints,
        coalesce(touchpoint_months.store_touchpoints, 0) as store_touchpoints,
        coalesce(touchpoint_months.involvement_touchpoints, 0) as involvement_touchpoints,
        coalesce(touchpoint_months.messages_delivered, 0) as messages_delivered,
        coalesce(touchpoint_months.messages_opened, 0) as messages_opened,
        coalesce(touchpoint_months.messages_clicked, 0) as messages_clicked,
        coalesce(order_months.orders, 0) as orders,
        coalesce(order_months.store_orders, 0) as store_orders,
        coalesce(order_months.impulse_orders, 0) as impulse_orders,
        coalesce(order_months.returned_orders, 0) as returned_orders,
        coalesce(order_months.gross_revenue, 0) as gross_revenue,
        coalesce(order_months.discount, 0) as discount,
        coalesce(order_months.order_value, 0) as order_value,
        order_months.last_order_date
    from months_of_persons
    inner join persons
        on months_of_persons.person_id = persons.person_id
    cross join newest
    left join known_since
        on months_of_persons.person_id = known_since.person_id
    left join touchpoint_months
        on
            months_of_persons.person_id = touchpoint_months.person_id
            and months_of_persons.month = touchpoint_months.month
    left join order_months
        on
            months_of_persons.person_id = order_months.person_id
            and months_of_persons.month = order_months.month

)

select * from counted
