with

identifiers as (

    select * from {{ ref('int_identifiers__resolved') }}

),

identifier_days as (

    select * from {{ ref('int_identifier_days__engagement') }}

),

emailed_days as (

    select * from {{ ref('int_identifier_days__email_engagement') }}

),

roles as (

    select * from {{ ref('touchpoint_roles') }}

),

order_months as (

    select * from {{ ref('int_person_months__ordered') }}

),

orders as (

    select *
    from {{ ref('int_orders__valued') }}
    where not is_excluded

),

-- Touchpoints of tables that are staged whole, whose days are not kept.
other_touchpoints as (

    select *
    from {{ ref('int_touchpoints__unioned') }}
    where
        not is_by_day
        and identifier_id is not null
        and not is_excluded

),

touchpoints_with_roles as (

    select
        other_touchpoints.*,
        roles.role,
        coalesce(roles.is_answer_seen, false) as is_answer_seen,
        cast(null as string) as device_category,
        false as is_engaged
    from other_touchpoints
    left join roles
        on other_touchpoints.touchpoint_type = roles.touchpoint_type

),

other_days as (

    select
        identifier_id,
        channel,
        touched_date,
        {{ touchpoint_counts() }}
    from touchpoints_with_roles
    group by identifier_id, channel, touched_date

),

days as (

    select
        identifier_id,
        channel,
        touched_date,
        touchpoints,
        outbound_touchpoints,
        path_touchpoints,
        sessions,
        engaged_sessions,
        mobile_sessions,
        research_touchpoints,
        service_touchpoints,
        store_touchpoints,
        store_trials,
        involvement_touchpoints,
        approaches,
        approaches_answered,
        dwell_seconds
    from identifier_days
    union all
    select * from other_days

),

days_of_persons as (

    select
        days.*,
        coalesce(identifiers.person_id, days.identifier_id) as person_id,
        {{ month_of('days.touched_date') }} as month
    from days
    left join identifiers
        on days.identifier_id = identifiers.identifier_id

),

-- Whether a day is no later than the last order of its month.
days_to_order as (

    select
        days_of_persons.*,
        coalesce(days_of_persons.touched_date <= order_months.last_order_date, false)
            as is_to_order
    from days_of_persons
    left join order_months
        on
            days_of_persons.person_id = order_months.person_id
            and days_of_persons.month = order_months.month

),

contacted as (

    select
        person_id,
        month,
        channel,
        cast(sum(touchpoints) as bigint) as touchpoints,
        cast(sum(outbound_touchpoints) as bigint) as outbound_touchpoints,
        cast(sum(path_touchpoints) as bigint) as path_touchpoints,
        cast(sum(sessions) as bigint) as sessions,
        cast(sum(engaged_sessions) as bigint) as engaged_sessions,
        cast(sum(mobile_sessions) as bigint) as mobile_sessions,
        cast(sum(research_touchpoints) as bigint) as research_touchpoints,
        cast(sum(service_touchpoints) as bigint) as service_touchpoints,
        cast(sum(store_touchpoints) as bigint) as store_touchpoints,
        cast(sum(store_trials) as bigint) as store_trials,
        cast(sum(involvement_touchpoints) as bigint) as involvement_touchpoints,
        cast(sum(approaches) as bigint) as approaches,
        cast(sum(approaches_answered) as bigint) as approaches_answered,
        cast(sum(dwell_seconds) as bigint) as dwell_seconds,
        cast(sum(case when is_to_order then path_touchpoints else 0 end) as bigint)
            as path_touchpoints_to_order,
        cast(sum(case when is_to_order then research_touchpoints else 0 end) as bigint)
            as research_touchpoints_to_order,
        max(touched_date) as last_touched_date
    from days_to_order
    group by person_id, month, channel

),

emailed as (

    select
        coalesce(identifiers.person_id, emailed_days.identifier_id) as person_id,
        {{ month_of('emailed_days.delivered_date') }} as month,
        emailed_days.channel,
        cast(sum(emailed_days.messages_delivered) as bigint) as messages_delivered,
        cast(sum(emailed_days.messages_opened) as bigint) as messages_opened,
        cast(sum(emailed_days.messages_clicked) as bigint) as messages_clicked,
        cast(sum(emailed_days.messages_answered) as bigint) as messages_answered
    from emailed_days
    left join identifiers
        on emailed_days.identifier_id = identifiers.identifier_id
    group by
        coalesce(identifiers.person_id, emailed_days.identifier_id),
        {{ month_of('emailed_days.delivered_date') }},
        emailed_days.channel

),

-- An order belongs to the channel of its touchpoint.
ordered as (

    select
        coalesce(identifiers.person_id, other_touchpoints.identifier_id) as person_id,
        {{ month_of('other_touchpoints.touched_date') }} as month,
        other_touchpoints.channel,
        count(*) as orders,
        cast(sum(orders.net_revenue) as decimal(18, 2)) as net_revenue
    from other_touchpoints
    inner join orders
        on other_touchpoints.order_id = orders.order_id
    left join identifiers
        on other_touchpoints.identifier_id = identifiers.identifier_id
    where other_touchpoints.touchpoint_type = 'order'
    group by
        coalesce(identifiers.person_id, other_touchpoints.identifier_id),
        {{ month_of('other_touchpoints.touched_date') }},
        other_touchpoints.channel

),

person_channel_months as (

    select
        contacted.person_id,
        contacted.month,
        contacted.channel,

        contacted.touchpoints,
        contacted.outbound_touchpoints,
        contacted.path_touchpoints,
        contacted.path_touchpoints_to_order,
        contacted.sessions,
        contacted.engaged_sessions,
        contacted.mobile_sessions,
        contacted.research_touchpoints,
        contacted.research_touchpoints_to_order,
        contacted.service_touchpoints,
        contacted.store_touchpoints,
        contacted.store_trials,
        contacted.involvement_touchpoints,
        contacted.approaches,
        contacted.approaches_answered,
        contacted.dwell_seconds,
        coalesce(emailed.messages_delivered, 0) as messages_delivered,
        coalesce(emailed.messages_opened, 0) as messages_opened,
        coalesce(emailed.messages_clicked, 0) as messages_clicked,
        coalesce(emailed.messages_answered, 0) as messages_answered,
        coalesce(ordered.orders, 0) as orders,
        cast(coalesce(ordered.net_revenue, 0) as decimal(18, 2)) as net_revenue,

        contacted.last_touched_date
    from contacted
    left join emailed
        on
            contacted.person_id = emailed.person_id
            and contacted.month = emailed.month
            and contacted.channel = emailed.channel
    left join ordered
        on
            contacted.person_id = ordered.person_id
            and contacted.month = ordered.month
            and contacted.channel = ordered.channel

)

select * from person_channel_months
