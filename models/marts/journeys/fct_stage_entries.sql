{{ config(materialized='view') }}

with

stage_entries as (

    select * from {{ ref('int_stage_entries__dated') }}

),

fct_stage_entries as (

    select
        stage_entry_id,

        person_id,
        journey_id,
        touchpoint_id,

        stage,
        entered_from,
        left_to,
        entered_date,
        left_date,

        entry_number,
        stage_entry_number,
        dwell_hours,

        is_regression,
        is_reentry,

        entered_at,
        left_at
    from stage_entries

)

select * from fct_stage_entries
