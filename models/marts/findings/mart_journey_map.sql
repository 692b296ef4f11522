-- The map of the journey: what happens at each stage in each channel, for each persona and month.
-- Dense: where nothing happens the zeros say so. Four groups of measures: interactions,
-- communication, perceptions (what is felt, which part of the offer is spoken of; both at the stage
-- the person was in before writing) and findings.

with

personas as (

    select * from {{ ref('dim_persona_history') }}

),

orders_placed as (

    select
        order_id,
        stage,
        channel
    from {{ ref('int_touchpoints__identity_resolved') }}
    where touchpoint_type = 'order'

),

felt as (

    select * from {{ ref('int_map_cells__sentiment') }}

),

touchpoints_of_personas as (

    select
        touchpoints.person_id,
        touchpoints.stage,
        touchpoints.channel,
        touchpoints.direction,
        touchpoints.dwell_seconds,
        {{ month_of('touchpoints.touched_date') }} as month,
        coalesce(personas.persona, 'unknown') as persona
    from {{ ref('int_touchpoints__identity_resolved') }} as touchpoints
    left join personas
        on
            touchpoints.person_id = personas.person_id
            and {{ is_persona_of_month('personas', month_of('touchpoints.touched_date')) }}
    where not touchpoints.is_excluded

),

touchpoints_counted as (

    select
        stage,
        channel,
        persona,
        month,
        count(*) as interactions,
        count(distinct person_id) as persons,
        sum(dwell_seconds) as dwell_seconds,
        count(*) filter (where direction = 'outbound') as outbound_messages
    from touchpoints_of_personas
    group by stage, channel, persona, month

),

-- An order belongs to the stage it was placed in and to the channel that led to it: the last one
-- of its path, else the one it was placed through.
orders_of_personas as (

    select
        orders_placed.stage,
        coalesce(journeys.last_channel, orders_placed.channel) as channel,
        coalesce(personas.persona, 'unknown') as persona,
        {{ month_of('orders.order_date') }} as month,
        orders.net_revenue
    from {{ ref('fct_journeys') }} as journeys
    inner join {{ ref('fct_orders') }} as orders
        on journeys.order_id = orders.order_id
    inner join orders_placed
        on orders.order_id = orders_placed.order_id
    left join personas
        on
            journeys.person_id = personas.person_id
            and {{ is_persona_of_month('personas', month_of('orders.order_date')) }}

),

orders_counted as (

    select
        stage,
        channel,
        persona,
        month,
        count(*) as conversions,
        sum(net_revenue) as net_revenue
    from orders_of_personas
    group by stage, channel, persona, month

),

-- Orders lost and won, in millionths, so that the sum does not depend on its order.
findings_summed as (

    select
        stage,
        channel,
        persona,
        month,
        sum(case when effect < 0 then cast(round(-effect * 1000000) as bigint) else 0 end)
            as orders_lost,
        sum(case when effect > 0 then cast(round(effect * 1000000) as bigint) else 0 end)
            as orders_won
    from {{ ref('int_finding_touchpoints__selected') }}
    group by stage, channel, persona, month

),

months as (

    select distinct month
    from touchpoints_counted

),

persona_names as (

    select persona from {{ ref('personas') }}
    union all
    select 'unknown' as persona

),

grid as (

    select
        stages.stage,
        stages.stage_order,
        channels.channel,
        persona_names.persona,
        months.month
    from {{ ref('journey_stages') }} as stages
    cross join {{ ref('channels') }} as channels
    cross join persona_names
    cross join months

),

mart_journey_map as (

    select
        {{ surrogate_key(['grid.stage', 'grid.channel', 'grid.persona', 'grid.month']) }}
            as journey_map_id,

        grid.stage,
        grid.stage_order,
        grid.channel,
        grid.persona,
        grid.month,

        coalesce(touchpoints_counted.interactions, 0) as interactions,
        coalesce(touchpoints_counted.persons, 0) as persons,
        coalesce(orders_counted.conversions, 0) as conversions,
        cast(coalesce(orders_counted.net_revenue, 0) as decimal(18, 2)) as net_revenue,
        cast(coalesce(touchpoints_counted.dwell_seconds, 0) as bigint) as dwell_seconds,
        coalesce(touchpoints_counted.outbound_messages, 0) as outbound_messages,
        coalesce(felt.opinions, 0) as opinions,
        coalesce(felt.negative_opinions, 0) as negative_opinions,
        felt.sentiment,
        felt.aspect,
        coalesce(felt.aspect_mentions, 0) as aspect_mentions,
        coalesce(
            {{ ratio('findings_summed.orders_lost * 0.0001', 'touchpoints_counted.persons') }},
            0.0e0
        ) as pain_score,
        coalesce(
            {{ ratio('findings_summed.orders_won * 0.0001', 'touchpoints_counted.persons') }}, 0.0e0
        ) as truth_score
    from grid
    left join touchpoints_counted
        on
            grid.stage = touchpoints_counted.stage
            and grid.channel = touchpoints_counted.channel
            and grid.persona = touchpoints_counted.persona
            and grid.month = touchpoints_counted.month
    left join orders_counted
        on
            grid.stage = orders_counted.stage
            and grid.channel = orders_counted.channel
            and grid.persona = orders_counted.persona
            and grid.month = orders_counted.month
    left join felt
        on
            grid.stage = felt.stage
            and grid.channel = felt.channel
            and grid.persona = felt.persona
            and grid.month = felt.month
    left join findings_summed
        on
            grid.stage = findings_summed.stage
            and grid.channel = findings_summed.channel
            and grid.persona = findings_summed.persona
            and grid.month = findings_summed.month

)

select * from mart_journey_map
