with

entries as (

    select * from {{ ref('int_stage_entries__listed') }}

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
        row_number() over entries_of_person as visit_number,
        row_number() over (
            partition by entered.person_id, entered.stage
            order by entered.entered_at, entered.source_priority, entered.touchpoint_id
        ) as entry_number
    from entered
    inner join stages
        on entered.stage = stages.stage
    window entries_of_person as (
        partition by entered.person_id
        order by entered.entered_at, entered.source_priority, entered.touchpoint_id
    )

),

fct_stage_visits as (

    select
        {{ surrogate_key(["'stage visit'", 'touchpoint_id']) }} as stage_visit_id,

        person_id,
        journey_id,
        touchpoint_id,

        stage,
        stage_before as entered_from,
        left_to,
        {{ local_date('entered_at') }} as entered_date,
        {{ local_date('left_at') }} as left_date,

        cast(visit_number as bigint) as visit_number,
        cast(entry_number as bigint) as entry_number,
        {{ hours_between('entered_at', 'left_at') }} as dwell_hours,

        coalesce(stage_order < order_before, false) as is_regression,
        entry_number > 1 as is_reentry,

        entered_at,
        left_at
    from visits

)

select * from fct_stage_visits
