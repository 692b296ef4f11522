-- Which of these rows came, went or changed between the two publications, and why?
-- Grain: one row per figure and row_key that differs.
-- Read: each row has one cause. A journey or person is made of several touchpoints: what happened
-- to these decides, by the first that applies of identity, withdrawn, late, corrected, new.

with

-- How far each source reached in the earlier publication.
reached as (

    select
        source,
        max(day) as last_day
    from earlier_rows
    where source is not null
    group by source

),

reached_at_all as (

    select max(day) as last_day
    from earlier_rows

),

paired as (

    select
        coalesce(later_rows.figure, earlier_rows.figure) as figure,
        coalesce(later_rows.row_key, earlier_rows.row_key) as row_key,
        coalesce(later_rows.source, earlier_rows.source) as source,
        earlier_rows.row_key is not null as was_there,
        later_rows.row_key is not null as is_there,
        earlier_rows.person_id as person_before,
        later_rows.person_id as person_after,
        earlier_rows.day as day_before,
        later_rows.day as day_after,
        earlier_rows.channel as channel_before,
        later_rows.channel as channel_after,
        earlier_rows.amount as amount_before,
        later_rows.amount as amount_after,
        coalesce(earlier_rows.is_counted, false) as was_counted,
        coalesce(later_rows.is_counted, false) as is_counted
    from earlier_rows
    full outer join later_rows
        on
            earlier_rows.figure = later_rows.figure
            and earlier_rows.row_key = later_rows.row_key

),

differing as (

    select
        *,
        person_before is distinct from person_after as is_of_other_person,
        (
            day_before is distinct from day_after
            or channel_before is distinct from channel_after
            or amount_before is distinct from amount_after
        ) as has_other_values
    from paired
    where
        is_of_other_person
        or has_other_values
        or was_counted <> is_counted

),

by_key as (

    select
        differing.*,
        case
            when not was_there
                and day_after > coalesce(
                    reached.last_day,
                    case when differing.source is null then reached_at_all.last_day end,
                    date '0001-01-01'
                )
                then 'new'
            when not was_there then 'late'
            when not is_there then 'withdrawn'
            when is_of_other_person and not has_other_values then 'identity'
            else 'corrected'
        end as cause_by_key
    from differing
    cross join reached_at_all
    left join reached
        on differing.source = reached.source

),

touchpoints as (

    select
        row_key as touchpoint_id,
        person_before,
        person_after,
        case when was_there and is_there and is_of_other_person then 'identity' else cause_by_key end
            as cause
    from by_key
    where figure = 'touchpoints'

),

ranked_causes as (

    select *
    from (
        values
        ('identity', 1), ('withdrawn', 2), ('late', 3), ('corrected', 4), ('new', 5)
    ) as causes (cause, priority)

),

steps as (

    select
        journey_id,
        touchpoint_id
    from earlier.marts.fct_journey_steps

    union

    select
        journey_id,
        touchpoint_id
    from later.marts.fct_journey_steps

),

by_touchpoints_of_journey as (

    select
        steps.journey_id,
        min_by(ranked_causes.cause, ranked_causes.priority) as cause
    from steps
    inner join touchpoints
        on steps.touchpoint_id = touchpoints.touchpoint_id
    inner join ranked_causes
        on touchpoints.cause = ranked_causes.cause
    group by steps.journey_id

),

-- Persons who gave or took an identifier, and those whose touchpoints changed.
causes_of_persons as (

    select
        unnest([before.person_id, after.person_id]) as person_id,
        'identity' as cause
    from earlier.marts.dim_person_identifiers as before
    inner join later.marts.dim_person_identifiers as after
        on before.identifier_id = after.identifier_id
    where before.person_id <> after.person_id

    union all

    select
        unnest([person_before, person_after]) as person_id,
        cause
    from touchpoints

),

by_person as (

    select
        causes_of_persons.person_id,
        min_by(ranked_causes.cause, ranked_causes.priority) as cause
    from causes_of_persons
    inner join ranked_causes
        on causes_of_persons.cause = ranked_causes.cause
    where causes_of_persons.person_id is not null
    group by causes_of_persons.person_id

),

changed_rows as (

    select
        by_key.figure,
        by_key.row_key,
        by_key.day_before,
        by_key.day_after,
        by_key.channel_before,
        by_key.channel_after,
        case when by_key.was_counted then by_key.amount_before else 0 end as value_before,
        case when by_key.is_counted then by_key.amount_after else 0 end as value_after,
        case
            when getvariable('has_same_files') then 'rules_or_code'
            when
                not getvariable('has_same_rules')
                and coalesce(by_touchpoints_of_journey.cause, by_person.cause, by_key.cause_by_key)
                = 'corrected'
                then 'rules_or_code'
            else coalesce(by_touchpoints_of_journey.cause, by_person.cause, by_key.cause_by_key)
        end as cause
    from by_key
    left join by_touchpoints_of_journey
        on
            by_key.row_key = by_touchpoints_of_journey.journey_id
            and by_key.figure in ('journeys', 'converted_journeys')
    left join by_person
        on
            coalesce(by_key.person_after, by_key.person_before) = by_person.person_id
            and by_key.figure in ('persons', 'journeys', 'converted_journeys')

)

select * from changed_rows
