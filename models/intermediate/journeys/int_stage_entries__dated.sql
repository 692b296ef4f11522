{{ config(**by_key(
    'person_id', 'int_persons__fingerprinted', 'person_fingerprint',
    one_of_each='entry_number = 1'
)) }}

with

touchpoints as (

    select
        journey_id,
        touchpoint_id,
        person_id,
        stage,
        source_priority,
        sequenced_at as entered_at,
        person_fingerprint
    from {{ ref('int_journey_touchpoints__numbered') }}
    where
        {{ in_changed_keys() }}
        and is_inbound

),

stages as (

    select * from {{ ref('journey_stages') }}

),

touchpoints_in_turn as (

    select
        *,
        lag(stage) over (
            partition by person_id
            order by entered_at, source_priority, touchpoint_id
        ) as stage_before
    from touchpoints

),

-- A journey may begin in the stage where the previous one ended: that is no new entry.
entered as (

    select *
    from touchpoints_in_turn
    where stage_before is null or stage_before <> stage

),

entries as (

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
        {{ surrogate_key(["'stage visit'", 'entries.touchpoint_id']) }} as stage_entry_id,

        entries.person_id,
        entries.journey_id,
        entries.touchpoint_id,

        entries.stage,
        entries.stage_before as entered_from,
        entries.left_to,
        {{ local_date('entries.entered_at') }} as entered_date,
        {{ local_date('entries.left_at') }} as left_date,

        cast(entries.entry_number as bigint) as entry_number,
        cast(entries.stage_entry_number as bigint) as stage_entry_number,
        {{ hours_between('entries.entered_at', 'entries.left_at') }} as dwell_hours,

        coalesce(entries.stage_order < entries.order_before, false) as is_regression,
        entries.stage_entry_number > 1 as is_reentry,

        entries.entered_at,
        entries.left_at,

        entries.person_fingerprint
    from entries

)

select * from stage_entries
