-- What flows into a channel at a step flows out of it at the next one: journeys, conversions and
-- revenue alike. Otherwise a flow diagram would show journeys that begin or end in mid-air.
with

transitions as (

    select * from {{ ref('mart_path_transitions') }}

),

arrivals as (

    select
        to_channel as node,
        step + 1 as next_step,
        sum(journeys) as journeys,
        sum(converted_journeys) as converted_journeys,
        sum(net_revenue) as net_revenue
    from transitions
    where to_channel not in ('converted', 'lost', 'open')
    group by to_channel, step + 1

),

departures as (

    select
        from_channel as node,
        step as next_step,
        sum(journeys) as journeys,
        sum(converted_journeys) as converted_journeys,
        sum(net_revenue) as net_revenue
    from transitions
    where from_channel <> 'start'
    group by from_channel, step

),

nodes_in_mid_air as (

    select
        coalesce(arrivals.node, departures.node) as node,
        coalesce(arrivals.next_step, departures.next_step) as next_step
    from arrivals
    full outer join departures
        on
            arrivals.node = departures.node
            and arrivals.next_step = departures.next_step
    where
        arrivals.node is null
        or departures.node is null
        or arrivals.journeys <> departures.journeys
        or arrivals.converted_journeys <> departures.converted_journeys
        or arrivals.net_revenue <> departures.net_revenue

),

wrong_ends as (

    select
        to_channel as node,
        step as next_step
    from transitions
    where
        (to_channel = 'converted' and journeys <> converted_journeys)
        or (to_channel = 'lost' and journeys <> lost_journeys)
        or (to_channel = 'open' and journeys <> open_journeys)
        or journeys <> converted_journeys + lost_journeys + open_journeys

),

wrong as (

    select * from nodes_in_mid_air
    union all
    select * from wrong_ends

)

select * from wrong
