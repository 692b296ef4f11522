{{ config(materialized='view') }}

with

journeys as (

    select * from {{ ref('int_journeys__concluded') }}

),

fct_journeys as (

    select
        journey_id,

        person_id,
        order_id,
        first_touchpoint_id,

        journey_number,
        outcome,
        started_date,
        ended_date,
        path,
        exposure_path,
        first_channel,
        last_channel,
        max_stage,

        net_revenue,
        touchpoint_count,
        excluded_touchpoint_count,
        inbound_touchpoint_count,
        offline_touchpoint_count,
        session_count,
        channel_count,
        path_touchpoint_count,
        path_length,
        research_depth,
        duration_hours,

        exclusion_reason,
        is_excluded,
        is_path_capped,

        started_at,
        first_researched_at,
        last_inbound_at,
        last_touched_at,
        ended_at
    from journeys

)

select * from fct_journeys
