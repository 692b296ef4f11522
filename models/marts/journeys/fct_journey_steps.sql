{{ config(materialized='view') }}

with

steps as (

    select * from {{ ref('int_journey_touchpoints__numbered') }}

),

journeys as (

    select
        journey_id,
        last_touched_at as end_at
    from {{ ref('int_journeys__concluded') }}

),

fct_journey_steps as (

    select
        steps.journey_id,
        steps.position,
        steps.touchpoint_id,

        steps.person_id,
        steps.session_id,

        steps.touchpoint_type,
        steps.channel,
        steps.stage,

        steps.hours_since_previous,
        {{ hours_between('steps.sequenced_at', 'journeys.end_at') }} as hours_before_end,

        steps.is_path_touchpoint,
        steps.is_inbound,
        steps.exclusion_reason,
        steps.is_excluded,

        steps.sequenced_at
    from steps
    -- The end moves with each day that adds to a journey; the steps before it stay as they are.
    inner join journeys
        on steps.journey_id = journeys.journey_id

)

select * from fct_journey_steps
