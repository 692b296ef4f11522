-- What followed each touchpoint with an outcome: whether the person ordered within
-- observation_days. Touchpoints are matched on the persona known before, whether the person had
-- ordered, and the number of earlier touchpoints of the journey. Touchpoints too recent to be
-- followed are left out.
with

touchpoints as (

    select * from {{ ref('int_touchpoint_outcomes__classified') }}

),

journeys as (

    select
        journey_id,
        person_id,
        started_at,
        last_touched_at
    from {{ ref('int_journeys__segmented') }}

),

path_touchpoints as (

    select * from {{ ref('int_path_touchpoints__selected') }}

),

orders as (

    select * from {{ ref('int_orders__converted') }}

),

personas as (

    select * from {{ ref('int_persona_history__dated') }}

),

last_day as (

    select max(last_touched_at) as last_touched_at
    from journeys

),

followed_long_enough as (

    select
        touchpoints.*,
        cast(date_trunc('month', {{ local_date('touchpoints.touched_at') }}) as date) as month
    from touchpoints
    inner join last_day
        on
            {{ seconds_between('touchpoints.touched_at', 'last_day.last_touched_at') }}
            >= touchpoints.observation_days * 86400

),

-- How many touchpoints came before in the same journey: 0, 1, 2, 3 or 4, 5 to 8, more.
placed as (

    select
        touchpoints.touchpoint_outcome_id,
        count(path_touchpoints.touched_at) as earlier_touchpoints
    from followed_long_enough as touchpoints
    inner join journeys
        on
            touchpoints.person_id = journeys.person_id
            and touchpoints.touched_at >= journeys.started_at
            and touchpoints.touched_at <= journeys.last_touched_at
    left join path_touchpoints
        on
            journeys.journey_id = path_touchpoints.journey_id
            and touchpoints.touched_at > path_touchpoints.touched_at
    group by touchpoints.touchpoint_outcome_id

),

ordered as (

    select
        touchpoints.touchpoint_outcome_id,
        count(*) filter (where orders.ordered_at < touchpoints.touched_at) as orders_before,
        count(*) filter (
            where
            orders.ordered_at >= touchpoints.touched_at
            and {{ seconds_between('touchpoints.touched_at', 'orders.ordered_at') }}
            <= touchpoints.observation_days * 86400
        ) as orders_after
    from followed_long_enough as touchpoints
    inner join orders
        on touchpoints.person_id = orders.person_id
    group by touchpoints.touchpoint_outcome_id

),

followed as (

    select
        touchpoints.touchpoint_outcome_id,

        touchpoints.person_id,

        touchpoints.touchpoint_type,
        touchpoints.channel,
        touchpoints.stage,
        coalesce(personas.persona, 'unknown') as persona,
        coalesce(ordered.orders_before, 0) > 0 as is_customer,
        case
            when coalesce(placed.earlier_touchpoints, 0) < 3
                then cast(coalesce(placed.earlier_touchpoints, 0) as integer)
            when placed.earlier_touchpoints < 5 then 3
            when placed.earlier_touchpoints < 9 then 5
            else 9
        end as earlier_touchpoints_from,
        touchpoints.quality,
        touchpoints.signal,
        coalesce(ordered.orders_after, 0) > 0 as is_followed_by_order,

        touchpoints.month
    from followed_long_enough as touchpoints
    left join placed
        on touchpoints.touchpoint_outcome_id = placed.touchpoint_outcome_id
    left join ordered
        on touchpoints.touchpoint_outcome_id = ordered.touchpoint_outcome_id
    left join personas
        on
            touchpoints.person_id = personas.person_id
            and {{ is_persona_before_month('personas', 'touchpoints.month') }}

)

select * from followed
