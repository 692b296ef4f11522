-- What comes of writing and calling more often: by week and number of touchpoints a person got in
-- it.
with

marketing_touchpoint_types as (

    select * from {{ ref('marketing_touchpoint_types') }}

),

bands as (

    select * from {{ ref('marketing_pressure_bands') }}

),

identifiers as (

    select * from {{ ref('int_identifiers__resolved') }}

),

weeks as (

    select distinct first_of_week as week
    from {{ ref('dim_dates') }}

),

touchpoints as (

    select
        touchpoints.person_id,
        touchpoints.touchpoint_type,
        touchpoints.touched_date,
        touchpoints.direction = 'outbound' and types.touchpoint_type is not null as is_marketing
    from {{ ref('int_touchpoints__identity_resolved') }} as touchpoints
    left join marketing_touchpoint_types as types
        on touchpoints.touchpoint_type = types.touchpoint_type
    where not touchpoints.is_excluded and touchpoints.person_id is not null

),

newest as (

    select max(touched_date) as newest_date
    from touchpoints

),

-- What puts pressure on a person, and how the person reacts. An e-mail whose delivery the tool does
-- not export is no touchpoint of that type, and presses too.
events as (

    select
        person_id,
        cast(date_trunc('week', touched_date) as date) as week,
        is_marketing as is_pressing,
        false as is_delivery,
        false as is_message_opened,
        touchpoint_type = 'email_open' as is_open,
        touchpoint_type in ('email_unsubscribe', 'email_spam_report') as is_leaving
    from touchpoints
    where
        is_marketing
        or touchpoint_type in ('email_open', 'email_unsubscribe', 'email_spam_report')

    union all

    select
        coalesce(identifiers.person_id, messages.identifier_id) as person_id,
        cast(date_trunc('week', messages.delivered_date) as date) as week,
        messages.is_delivery_assumed as is_pressing,
        true as is_delivery,
        messages.is_opened as is_message_opened,
        false as is_open,
        false as is_leaving
    from {{ ref('int_email_messages__answered') }} as messages
    left join identifiers
        on messages.identifier_id = identifiers.identifier_id

),

in_weeks as (

    select
        person_id,
        week,
        count(*) filter (where is_pressing) as touchpoints,
        count(*) filter (where is_delivery) as deliveries,
        count(*) filter (where is_message_opened) as opens,
        bool_or(is_open) as has_opened,
        bool_or(is_leaving) as has_left
    from events
    group by person_id, week

),

ordered as (

    select
        person_id,
        cast(date_trunc('week', order_date) as date) as week,
        count(*) as orders,
        sum(net_revenue) as net_revenue
    from {{ ref('fct_orders') }}
    where is_conversion
    group by person_id, cast(date_trunc('week', order_date) as date)

),

reachable as (

    select
        person_id,
        min(week) as first_week,
        max(week) as last_week
    from in_weeks
    where touchpoints > 0
    group by person_id

),

-- Pressure is compared with people contacted before and after, but not in this week.
person_weeks as (

    select
        reachable.person_id,
        weeks.week,
        {{ add_days('weeks.week', 7) }} as next_week
    from reachable
    inner join weeks
        on weeks.week between reachable.first_week and reachable.last_week

),

followed as (

    select
        person_weeks.week,
        coalesce(this_week.touchpoints, 0) as touchpoints,
        this_week.deliveries,
        this_week.opens,
        coalesce(this_week.has_left, false) as has_left_now,
        coalesce(this_week.has_left, false) or coalesce(next_week.has_left, false) as has_left,
        next_week.has_opened as has_opened_next_week,
        ordered.orders as orders_next_week,
        ordered.net_revenue as net_revenue_next_week,
        {{ add_days('person_weeks.next_week', 6) }} <= newest.newest_date as is_next_week_over
    from person_weeks
    cross join newest
    left join in_weeks as this_week
        on
            person_weeks.person_id = this_week.person_id
            and person_weeks.week = this_week.week
    left join in_weeks as next_week
        on
            person_weeks.person_id = next_week.person_id
            and person_weeks.next_week = next_week.week
    left join ordered
        on
            person_weeks.person_id = ordered.person_id
            and person_weeks.next_week = ordered.week

),

summed as (

    select
        followed.week,
        bands.band,
        bands.band_order,
        followed.is_next_week_over,
        count(*) as persons,
        cast(sum(followed.touchpoints) as bigint) as touchpoints,
        cast(coalesce(sum(followed.deliveries), 0) as bigint) as deliveries,
        cast(coalesce(sum(followed.opens), 0) as bigint) as opens,
        count(*) filter (where followed.has_left_now) as persons_unsubscribed_this_week,
        count(*) filter (where followed.has_left) as unsubscribed_persons,
        count(*) filter (where followed.has_opened_next_week) as persons_opening_next_week,
        count(followed.orders_next_week) as persons_ordering_next_week,
        cast(coalesce(sum(followed.orders_next_week), 0) as bigint) as orders_next_week,
        cast(coalesce(sum(followed.net_revenue_next_week), 0) as decimal(18, 2))
            as net_revenue_next_week
    from followed
    inner join bands
        on
            followed.touchpoints >= bands.at_least
            and (bands.below is null or followed.touchpoints < bands.below)
    group by followed.week, bands.band, bands.band_order, followed.is_next_week_over

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
