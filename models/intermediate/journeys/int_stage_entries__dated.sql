{{ config(**incremental_where_outdated('person_id')) }}
{%- set outdated = stale_keys(outdated_persons(this, 'entry_number = 1')) %}

with

persons as (

    select
        person_id,
        additive_fingerprint
    from {{ ref('int_persons__summarised') }}
    where touchpoints > 0

),

listed as (

    select
        journey_id,
        person_id,
        {{ unnest_list('stage_entries') }} as entry
    from {{ ref('int_journeys__segmented') }}
    {%- if is_incremental() %}
    where person_id in (select outdated.person_id from {{ outdated }} as outdated)
    {%- endif %}

),

entries as (

    select
        journey_id,
        person_id,
        entry.touchpoint_id as touchpoint_id,
        entry.stage as stage,
        entry.source_priority as source_priority,
        entry.entered_at as entered_at
    from listed

),

stages as (

    select
        stage,
        stage_order
    from {{ ref('journey_stages') }}

),

entries_in_turn as (

    select
        *,
        lag(stage) over (
            partition by person_id
            order by entered_at, source_priority, touchpoint_id
        ) as stage_before
    from entries

),

-- A journey may begin in the stage where the one before ended: that is no new entry.
entered as (

    select *
    from entries_in_turn
    where stage_before is null or stage_before <> stage

),

visits as (

    select
        entered.*,
        stages.stage_order,
        lead(entered.stage) over entries_of_person as left_to,
        lead(entered.entered_at) over entries_of_person as left_at,
        lag(stages.stage_order) over entries_of_person as order_before,
        row_number() over entries_of_person as entry_number,
        row_number() over (
            partition by entered.person_id, entered.stage
            order by entered.entered_at, entered.source_priority, entered.touchpoint_id
        ) as stage_entry_number
    from entered
    inner join stages
        on entered.stage = stages.stage
    window entries_of_person as (
        partition by entered.person_id
        order by entered.entered_at, entered.source_priority, entered.touchpoint_id
    )

),

stage_entries as (

    select
        {{ surrogate_key(["'stage visit'", 'visits.touchpoint_id']) }} as stage_entry_id,

        visits.person_id,
        visits.journey_id,
        visits.touchpoint_id,

        visits.stage,
        visits.stage_before as entered_from,
        visits.left_to,
        {{ local_date('visits.entered_at') }} as entered_date,
        {{ local_date('visits.left_at') }} as left_date,

        cast(visits.entry_number as bigint) as entry_number,
        cast(visits.stage_entry_number as bigint) as stage_entry_number,
        {{ hours_between('visits.entered_at', 'visits.left_at') }} as dwell_hours,

        coalesce(visits.stage_order < visits.order_before, false) as is_regression,
        visits.stage_entry_number > 1 as is_reentry,

        visits.entered_at,
        visits.left_at,

        persons.additive_fingerprint as person_fingerprint
    from visits
    inner join persons
        on visits.person_id = persons.person_id

)

select * from stage_entries
