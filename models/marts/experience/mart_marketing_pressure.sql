-- What comes of writing and calling more often: by week and number of touchpoints a person got in
-- it.
with

marketing_touchpoint_types as (

    select touchpoint_type
    from {{ ref('marketing_touchpoint_types') }}

),

bands as (

    select * from {{ ref('marketing_pressure_bands') }}

),

touchpoints as (

    select
        person_id,
        touchpoint_type,
        direction,
        touched_date,
        cast(date_trunc('week', touched_date) as date) as week
    from {{ ref('int_touchpoints__identity_resolved') }}
    where not is_excluded and person_id is not null

),

messages as (

    select
        identifier_id,
        is_delivery_assumed,
        is_opened,
        cast(date_trunc('week', delivered_date) as date) as week
    from {{ ref('int_email_messages__answered') }}

),

identifiers as (

    select
        identifier_id,
        person_id
    from {{ ref('int_identifiers__resolved') }}

),

orders as (

    select
        person_id,
        net_revenue,
        order_date,
        cast(date_trunc('week', order_date) as date) as week
    from {{ ref('fct_orders') }}
    where is_conversion

),

weeks as (

    select distinct first_of_week as week
    from {{ ref('dim_dates') }}

),

newest as (

    select max(touched_date) as newest_date
    from touchpoints

),

messages_of_persons as (

    select
        coalesce(identifiers.person_id, messages.identifier_id) as person_id,
        messages.week,
        messages.is_delivery_assumed,
        messages.is_opened
    from messages
    left join identifiers
        on messages.identifier_id = identifiers.identifier_id

),

-- An e-mail whose delivery the tool does not export is no touchpoint of that type, and presses too.
pressing as (

    select
        touchpoints.person_id,
        touchpoints.week
    from touchpoints
    inner join marketing_touchpoint_types
        on touchpoints.touchpoint_type = marketing_touchpoint_types.touchpoint_type
    where touchpoints.direction = 'outbound'

    union all

    select
        person_id,
        week
    from messages_of_persons
    where is_delivery_assumed

),

received as (

    select
        person_id,
        week,
        count(*) as touchpoints
    from pressing
    group by person_id, week

),

reachable as (

    select
        person_id,
        min(week) as first_week,
        max(week) as last_week
    from received
    group by person_id

),

-- Pressure is compared with people contacted before and after, but not in this week.
person_weeks as (

    select
        reachable.person_id,
        weeks.week,
        {{ add_days('weeks.week', 7) }} as next_week,
        coalesce(received.touchpoints, 0) as touchpoints
    from reachable
    inner join weeks
        on weeks.week between reachable.first_week and reachable.last_week
    left join received
        on
            reachable.person_id = received.person_id
            and weeks.week = received.week

),

read_messages as (

    select
        person_id,
        week,
        count(*) as deliveries,
        count(*) filter (where is_opened) as opens
    from messages_of_persons
    group by person_id, week

),

-- In which weeks a person opened, gave up the newsletter or reported spam.
reactions as (

    select
        person_id,
        week,
        max(case when touchpoint_type = 'email_open' then 1 else 0 end) as has_opened,
        max(
            case
                when touchpoint_type in ('email_unsubscribe', 'email_spam_report') then 1
                else 0
            end
        ) as has_left
    from touchpoints
    where touchpoint_type in ('email_open', 'email_unsubscribe', 'email_spam_report')
    group by person_id, week

),

ordered as (

    select
        person_id,
        week,
        count(*) as orders,
        sum(net_revenue) as net_revenue
    from orders
    group by person_id, week

),

banded as (

    select
        person_weeks.week,
        bands.band,
        bands.band_order,
        person_weeks.touchpoints,
        read_messages.deliveries,
        read_messages.opens,
        coalesce(reactions_now.has_left, 0) as has_left_now,
        greatest(coalesce(reactions_now.has_left, 0), coalesce(reactions_next.has_left, 0))
            as has_left,
        coalesce(reactions_next.has_opened, 0) as has_opened_next_week,
        coalesce(ordered.orders, 0) as orders_next_week,
        coalesce(ordered.net_revenue, 0) as net_revenue_next_week,
        {{ add_days('person_weeks.next_week', 6) }} <= newest.newest_date as is_next_week_over
    from person_weeks
    inner join bands
        on
            person_weeks.touchpoints >= bands.at_least
            and (bands.below is null or person_weeks.touchpoints < bands.below)
    cross join newest
    left join read_messages
        on
            person_weeks.person_id = read_messages.person_id
            and person_weeks.week = read_messages.week
    left join reactions as reactions_now
        on
            person_weeks.person_id = reactions_now.person_id
            and person_weeks.week = reactions_now.week
    left join reactions as reactions_next
        on
            person_weeks.person_id = reactions_next.person_id
            and person_weeks.next_week = reactions_next.week
    left join ordered
        on
            person_weeks.person_id = ordered.person_id
            and person_weeks.next_week = ordered.week

),

summed as (

    select
        week,
        band,
        band_order,
        is_next_week_over,
        count(*) as persons,
        cast(sum(touchpoints) as bigint) as touchpoints,
        cast(coalesce(sum(deliveries), 0) as bigint) as deliveries,
        cast(coalesce(sum(opens), 0) as bigint) as opens,
        cast(sum(has_left_now) as bigint) as persons_unsubscribed_this_week,
        cast(sum(has_left) as bigint) as unsubscribed_persons,
        cast(sum(has_opened_next_week) as bigint) as persons_opening_next_week,
        count(*) filter (where orders_next_week > 0) as persons_ordering_next_week,
        cast(sum(orders_next_week) as bigint) as orders_next_week,
        cast(sum(net_revenue_next_week) as decimal(18, 2)) as net_revenue_next_week
    from banded
    group by week, band, band_order, is_next_week_over

),

mart_marketing_pressure as (

    select
        week,
        band,
        band_order,

        persons,
        touchpoints,
        {{ ratio('touchpoints', 'persons', 2) }} as touchpoints_per_person,
        deliveries,
        opens,
        {{ ratio('opens', 'deliveries') }} as open_rate,
        persons_unsubscribed_this_week,
        unsubscribed_persons,
        {{ ratio('unsubscribed_persons', 'persons') }} as unsubscribe_rate,
        persons_opening_next_week,
        persons_ordering_next_week,
        orders_next_week,
        net_revenue_next_week,
        {{ ratio('persons_ordering_next_week', 'persons') }} as conversion_rate_next_week,
        {{ wilson_low('persons_ordering_next_week', 'persons') }} as conversion_rate_low,
        {{ wilson_high('persons_ordering_next_week', 'persons') }} as conversion_rate_high,
        is_next_week_over
    from summed

)

select * from mart_marketing_pressure
