{{ config(materialized='view') }}

with

entries as (

    select
        journey_id,
        person_id,
        {{ unnest_list('stage_entries') }} as entry
    from {{ ref('int_journeys__cut') }}

),

stage_entries as (

    select
        entry.touchpoint_id as touchpoint_id,

        journey_id,
        person_id,

        entry.stage as stage,
        entry.source_priority as source_priority,

        entry.entered_at as entered_at
    from entries

)

select * from stage_entries
