-- Flows by month and persona add up to the flow of all journeys, edge by edge, and begin with the
-- journeys of the month and persona that the logic of paths counts.
with

flows as (

    select * from {{ ref('mart_path_flows') }}

),

edges as (

    select
        from_channel,
        to_channel,
        step,
        sum(journeys) as journeys,
        sum(converted_journeys) as converted_journeys,
        sum(net_revenue) as net_revenue
    from flows
    group by from_channel, to_channel, step

),

wrong_edges as (

    select
        coalesce(edges.from_channel, transitions.from_channel) as node,
        cast(coalesce(edges.step, transitions.step) as string) as step_or_month
    from edges
    full outer join {{ ref('mart_path_transitions') }} as transitions
        on
            edges.from_channel = transitions.from_channel
            and edges.to_channel = transitions.to_channel
            and edges.step = transitions.step
    where
        edges.step is null
        or transitions.step is null
        or edges.journeys <> transitions.journeys
        or edges.converted_journeys <> transitions.converted_journeys
        or edges.net_revenue <> transitions.net_revenue

),

starts as (

    select
        month,
        persona,
        sum(journeys) as journeys,
        sum(open_journeys) as open_journeys
    from flows
    where from_channel = 'start'
    group by month, persona

),

wrong_cells as (

    select
        coalesce(starts.persona, logic.persona) as node,
        cast(coalesce(starts.month, logic.month) as string) as step_or_month
    from starts
    full outer join {{ ref('mart_journey_predictability') }} as logic
        on
            starts.month = logic.month
            and starts.persona = logic.persona
    where
        starts.month is null
        or logic.month is null
        or starts.journeys <> logic.journeys
        or starts.open_journeys <> logic.open_journeys

),

wrong as (

    select * from wrong_edges
    union all
    select * from wrong_cells

)

select * from wrong
