{{ config(materialized='view') }}

with

steps as (

    select * from {{ ref('int_journey_steps__placed') }}

),

fct_journey_steps as (

    select
        journey_id,
        position,
        touchpoint_id,

        person_id,
        session_id,

        touchpoint_type,
        channel,
        stage,

        hours_since_previous,
        hours_before_end,

        is_path_entry,
        is_inbound,
        is_excluded,

        placed_at
    from steps

)

select * from fct_journey_steps
