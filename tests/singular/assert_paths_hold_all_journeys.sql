-- Every transform tells all journeys, and every order that counts as a conversion, to the cent: a
-- path that no transform knew, or two tellings of one path, would lose or double some.
with

journeys as (

    select
        count(*) as journeys,
        count(order_id) as conversions,
        sum(case when outcome = 'lost' then 1 else 0 end) as lost_journeys,
        sum(net_revenue) as net_revenue
    from {{ ref('fct_journeys') }}
    where not is_excluded

),

orders as (

    select
        count(*) as conversions,
        sum(net_revenue) as net_revenue
    from {{ ref('fct_orders') }}
    where is_conversion

),

told as (

    select
        transform,
        sum(journeys) as journeys,
        sum(conversions) as conversions,
        sum(non_conversions) as lost_journeys,
        sum(net_revenue) as net_revenue
    from {{ ref('mart_top_conversion_paths') }}
    group by transform

),

-- The start of the flow, and the persons' logic, hold the same journeys.
summed as (

    select * from told
    union all
    select
        'flow' as transform,
        sum(journeys) as journeys,
        sum(converted_journeys) as conversions,
        sum(lost_journeys) as lost_journeys,
        sum(net_revenue) as net_revenue
    from {{ ref('mart_path_transitions') }}
    where from_channel = 'start'
    union all
    select
        'flow by month and persona' as transform,
        sum(journeys) as journeys,
        sum(converted_journeys) as conversions,
        sum(lost_journeys) as lost_journeys,
        sum(net_revenue) as net_revenue
    from {{ ref('mart_path_flows') }}
    where from_channel = 'start'
    union all
    select
        'logic' as transform,
        sum(logic.journeys) as journeys,
        sum(logic.conversions) as conversions,
        sum(logic.journeys - logic.conversions - logic.open_journeys) as lost_journeys,
        max(journeys.net_revenue) as net_revenue
    from {{ ref('mart_journey_predictability') }} as logic
    cross join journeys

),

wrong as (

    select summed.*
    from summed
    cross join journeys
    cross join orders
    where
        summed.journeys <> journeys.journeys
        or summed.conversions <> journeys.conversions
        or summed.conversions <> orders.conversions
        or summed.lost_journeys <> journeys.lost_journeys
        or summed.net_revenue <> journeys.net_revenue
        or summed.net_revenue <> orders.net_revenue

)

select * from wrong
