with

moves as (

    select *
    from {{ ref('int_identifier_changes__logged') }}
    where previous_person_id is not null and person_id is not null

),

-- Identifiers that moved into a person, and those the person had before.
arrivals as (

    select
        run_id,
        move_number,
        person_id,
        count(distinct previous_person_id)
        + max(case when was_person_there then 1 else 0 end) as persons,
        count(*) as identifiers,
        cast(sum(touchpoints) as bigint) as touchpoints
    from moves
    group by run_id, move_number, person_id

),

-- Where a person's identifiers went: those that moved out, and what stayed.
departures as (

    select
        run_id,
        move_number,
        previous_person_id,
        count(distinct person_id)
        + max(case when does_previous_person_stay then 1 else 0 end) as persons,
        count(*) as identifiers,
        cast(sum(touchpoints) as bigint) as touchpoints
    from moves
    group by run_id, move_number, previous_person_id

),

-- All identifiers of one person and of no other: the same person, whose first touchpoint is now
-- another.
renamed as (

    select
        moves.run_id,
        moves.move_number,
        moves.person_id,
        max(arrivals.identifiers) as identifiers,
        max(arrivals.touchpoints) as touchpoints
    from moves
    inner join arrivals
        on
            moves.move_number = arrivals.move_number
            and moves.person_id = arrivals.person_id
    inner join departures
        on
            moves.move_number = departures.move_number
            and moves.previous_person_id = departures.previous_person_id
    where arrivals.persons = 1 and departures.persons = 1
    group by moves.run_id, moves.move_number, moves.person_id

),

changes as (

    select
        run_id,
        move_number,
        person_id,
        'merge' as change,
        persons,
        identifiers,
        touchpoints
    from arrivals
    where persons > 1
    union all
    select
        run_id,
        move_number,
        previous_person_id as person_id,
        'split' as change,
        persons,
        identifiers,
        touchpoints
    from departures
    where persons > 1
    union all
    select
        run_id,
        move_number,
        person_id,
        'rename' as change,
        1 as persons,
        identifiers,
        touchpoints
    from renamed

),

identity_changes as (

    select
        run_id,
        person_id,
        change,
        cast(move_number as bigint) as change_number,
        cast(persons as bigint) as persons,
        cast(identifiers as bigint) as identifiers_moved,
        touchpoints as touchpoints_moved
    from changes

)

select * from identity_changes
