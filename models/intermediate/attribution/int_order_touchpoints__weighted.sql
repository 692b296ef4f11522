{{ config(materialized='view') }}

with

path_touchpoints as (

    select * from {{ ref('int_path_touchpoints__selected') }}
    where order_id is not null

),

all_touchpoints as (

    select * from {{ ref('int_touchpoints__unioned') }}

),

touchpoints as (

    select
        touchpoint_id,
        campaign_id,
        campaign
    from all_touchpoints
    where is_path_touchpoint

),

-- A visit in which one person ordered twice brought both orders, though the first one ended the
-- journey that the visit is an entry of.
visits_of_orders as (

    select distinct
        order_id,
        session_id
    from all_touchpoints
    where
        touchpoint_type = 'web_purchase'
        and order_id is not null
        and session_id is not null

),

orders_without_entries as (

    select
        journeys.order_id,
        journeys.person_id
    from {{ ref('int_journeys__segmented') }} as journeys
    anti join path_touchpoints
        on journeys.journey_id = path_touchpoints.journey_id
    where journeys.order_id is not null

),

entries as (

    select
        order_id,
        touchpoint_id,
        channel,
        position,
        path_length,
        touched_at
    from path_touchpoints
    union all
    select
        orders_without_entries.order_id,
        path_touchpoints.touchpoint_id,
        path_touchpoints.channel,
        cast(1 as bigint) as position,
        cast(1 as bigint) as path_length,
        path_touchpoints.touched_at
    from orders_without_entries
    inner join visits_of_orders
        on orders_without_entries.order_id = visits_of_orders.order_id
    inner join path_touchpoints
        on
            visits_of_orders.session_id = path_touchpoints.session_id
            and orders_without_entries.person_id = path_touchpoints.person_id

),

campaign_names as (

    select * from {{ ref('int_campaign_names__resolved') }}

),

-- Time decay: a touchpoint weighs half as much for each time_decay_half_life_days before the last.
placed as (

    select
        *,
        max(case when channel <> 'Direct' then position end) over entries_of_order
            as last_non_direct_position,
        max(touched_at) over entries_of_order as last_touched_at
    from entries
    window entries_of_order as (partition by order_id)

),

weighed as (

    select
        placed.order_id,
        placed.touchpoint_id,

        coalesce(touchpoints.campaign_id, campaign_names.campaign_id) as campaign_id,

        placed.channel,

        placed.position,
        placed.path_length,
        placed.last_non_direct_position,
        cast(floor(
            1e9 * pow(
                cast(2 as double),
                (
                    {{ to_epoch_microseconds('placed.touched_at') }}
                    - {{ to_epoch_microseconds('placed.last_touched_at') }}
                ) / cast({{ var('time_decay_half_life_days') }} * 86400000000.0 as double)
            ) + 0.5
        ) as bigint) as decay_weight,

        placed.touched_at
    from placed
    left join touchpoints
        on placed.touchpoint_id = touchpoints.touchpoint_id
    left join campaign_names
        on
            case when touchpoints.campaign_id is null then touchpoints.campaign end
            = campaign_names.campaign

)

select * from weighed
