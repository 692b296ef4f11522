with

journeys as (

    select
        person_id,
        journey_number,
        path_touchpoints,
        last_touched_at
    from {{ ref('int_journeys__segmented') }}

),

sessions as (

    select
        session_id,
        landing_page,
        engaged,
        is_bounce
    from {{ ref('int_web_sessions__classified') }}

),

types as (

    select * from {{ ref('touchpoint_types') }}

),

first_touchpoints as (

    select
        person_id,
        {{ list_element('path_touchpoints', '1') }} as entry
    from journeys
    where {{ list_length('path_touchpoints') }} > 0
    qualify row_number() over (partition by person_id order by journey_number) = 1

),

-- Today, as far as the data goes.
newest as (

    select max(last_touched_at) as newest_touched_at
    from journeys

),

-- A person who ordered before the first known touchpoint was acquired by none.
first_known as (

    select
        persons.*,
        case
            when
                persons.first_order_at is null
                or first_touchpoints.entry.touched_at <= persons.first_order_at
                then first_touchpoints.entry
        end as entry
    from {{ ref('dim_persons') }} as persons
    left join first_touchpoints
        on persons.person_id = first_touchpoints.person_id
    where not persons.is_excluded

),

won as (

    select
        person_id,
        orders,
        net_revenue,
        first_order_at,
        entry.session_id as landing_session_id,
        coalesce(entry.channel, '(none)') as channel,
        coalesce(entry.touchpoint_type, '(none)') as touchpoint_type,
        coalesce(entry.touched_at, first_seen_at) as acquired_at
    from first_known

),

acquired as (

    select
        won.*,
        won.acquired_at + interval {{ var('attribution_lookback_days') }} day as judged_until,
        {{ month_of(local_date('won.acquired_at')) }} as month,
        coalesce(sessions.landing_page, '(none)') as landing_page,
        coalesce(types.environment, '(none)') as environment,
        sessions.is_bounce
    from won
    left join sessions
        on won.landing_session_id = sessions.session_id
    left join types
        on won.touchpoint_type = types.touchpoint_type
    where won.acquired_at is not null

),

entries as (

    select
        person_id,
        {{ unnest_list('path_touchpoints') }} as entry
    from journeys

),

touchpoints_of_persons as (

    select
        acquired.person_id,
        count(*) filter (where sessions.session_id is not null) as sessions,
        count(*) filter (where sessions.engaged) as engaged_sessions,
        count(distinct types.environment) as environments
    from acquired
    inner join entries
        on acquired.person_id = entries.person_id
    inner join types
        on entries.entry.touchpoint_type = types.touchpoint_type
    left join sessions
        on entries.entry.session_id = sessions.session_id
    where
        entries.entry.touched_at >= acquired.acquired_at
        and entries.entry.touched_at <= acquired.judged_until
    group by acquired.person_id

),

orders_of_persons as (

    select
        acquired.person_id,
        count(*) as conversions,
        sum(orders.net_revenue) as net_revenue,
        sum(case when orders.is_first_order then orders.net_revenue end) as first_order_revenue,
        count(*) filter (where orders.is_first_order and orders.sales_channel = 'pos')
            as first_orders_in_stores,
        count(*) filter (where orders.is_first_order) as first_orders
    from acquired
    inner join {{ ref('fct_orders') }} as orders
        on
            acquired.person_id = orders.person_id
            and acquired.acquired_at <= orders.ordered_at
            and acquired.judged_until >= orders.ordered_at
    where orders.is_conversion
    group by acquired.person_id

),

summed as (

    select
        acquired.month,
        acquired.channel,
        acquired.touchpoint_type,
        acquired.landing_page,
        acquired.environment,
        count(*) as new_persons,
        count(acquired.is_bounce) as landing_sessions,
        count(*) filter (where acquired.is_bounce) as bounced_landings,
        cast(coalesce(sum(touchpoints.sessions), 0) as bigint) as sessions,
        cast(coalesce(sum(touchpoints.engaged_sessions), 0) as bigint) as engaged_sessions,
        count(*) filter (where touchpoints.environments > 1) as omnichannel_persons,
        count(*) filter (where acquired.orders > 0) as customers,
        cast(sum(acquired.net_revenue) as decimal(18, 2)) as lifetime_net_revenue,
        cast(coalesce(sum(orders.first_orders), 0) as bigint) as converted_persons,
        cast(coalesce(sum(orders.first_orders_in_stores), 0) as bigint) as converted_in_stores,
        cast(coalesce(sum(orders.conversions), 0) as bigint) as conversions,
        cast(coalesce(sum(orders.first_order_revenue), 0) as decimal(18, 2))
            as first_order_revenue,
        cast(coalesce(sum(orders.net_revenue), 0) as decimal(18, 2)) as net_revenue,
        median(
            case
                when orders.first_orders > 0
                    then {{ seconds_between('acquired.acquired_at', 'acquired.first_order_at') }}
            end
        ) as seconds_to_first_order,
        max(acquired.judged_until) <= max(newest.newest_touched_at) as is_lookback_over
    from acquired
    cross join newest
    left join touchpoints_of_persons as touchpoints
        on acquired.person_id = touchpoints.person_id
    left join orders_of_persons as orders
        on acquired.person_id = orders.person_id
    group by
        acquired.month,
        acquired.channel,
        acquired.touchpoint_type,
        acquired.landing_page,
        acquired.environment

),

mart_acquisition as (

    select
        month,
        channel,
        touchpoint_type,
        landing_page,
        environment,

        new_persons,
        omnichannel_persons,
        landing_sessions,
        bounced_landings,
        sessions,
        engaged_sessions,
        customers,
        lifetime_net_revenue,
        converted_persons,
        converted_in_stores,
        conversions,
        first_order_revenue,
        net_revenue,

        {{ ratio('bounced_landings', 'landing_sessions') }} as bounce_rate,
        {{ ratio('engaged_sessions', 'sessions') }} as engaged_share,
        {{ ratio('omnichannel_persons', 'new_persons') }} as omnichannel_share,
        {{ ratio('converted_persons', 'new_persons') }} as conversion_rate,
        {{ ratio('converted_in_stores', 'converted_persons') }} as in_store_share,
        {{ amount_per('net_revenue', 'new_persons') }} as revenue_per_new_person,
        {{ ratio('seconds_to_first_order', '86400') }} as median_days_to_first_order,

        is_lookback_over
    from summed

)

select * from mart_acquisition
