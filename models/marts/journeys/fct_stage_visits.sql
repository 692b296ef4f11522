{{ config(materialized='view') }}

with

stage_visits as (

    select * from {{ ref('int_stage_visits__entered') }}

),

fct_stage_visits as (

    select
        stage_visit_id,

        person_id,
        journey_id,
        touchpoint_id,

        stage,
        entered_from,
        left_to,
        entered_date,
        left_date,

        visit_number,
        entry_number,
        dwell_hours,

        is_regression,
        is_reentry,

        entered_at,
        left_at
    from stage_visits

)

select * from fct_stage_visits
