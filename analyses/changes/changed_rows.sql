-- Which of these rows came, went or changed between the two publications, and why?
-- Grain: one row per figure and row_key that differs.
-- Read: each row has one cause. A journey or person is made of several touchpoints: what happened
-- to these decides, by the first that applies of identity, withdrawn, late, corrected, new.

with

-- How far each source reached in the earlier publication, and all of them.
reached as (

    select
        source,
        max(day) as last_day
    from earlier_rows
    where source is not null
    group by source

    union all

    select
        'all' as source,
        max(day) as last_day
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
        coalesce(person_before, '') <> coalesce(person_after, '') as is_of_other_person,
        (
            coalesce(day_before, date '0001-01-01') <> coalesce(day_after, date '0001-01-01')
            or coalesce(channel_before, '') <> coalesce(channel_after, '')
            or coalesce(amount_before, 0) <> coalesce(amount_after, 0)
        ) as has_other_values
    from paired

),

by_key as (

    select
        differing.*,
        case
            when not differing.is_there then 'withdrawn'
            when not differing.was_there
                then case when differing.day_after <= reached.last_day then 'late' else 'new' end
            when differing.is_of_other_person and not differing.has_other_values then 'identity'
            else 'corrected'
        end as cause_by_key
    from differing
    left join reached
        on coalesce(differing.source, 'all') = reached.source
    where
        differing.is_of_other_person
        or differing.has_other_values
        or differing.was_counted <> differing.is_counted
        or differing.was_there <> differing.is_there

),

touchpoints as (

    select
        row_key as touchpoint_id,
        person_before,
        person_after,
        case
            when was_there and is_there and is_of_other_person then 'identity'
            else cause_by_key
        end as cause
    from by_key
    where figure = 'touchpoints'

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
        min_by(
            touchpoints.cause,
            list_position(
                ['identity', 'withdrawn', 'late', 'corrected', 'new'], touchpoints.cause
            )
        ) as cause
    from steps
    inner join touchpoints
        on steps.touchpoint_id = touchpoints.touchpoint_id
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
        person_id,
        min_by(
            cause, list_position(['identity', 'withdrawn', 'late', 'corrected', 'new'], cause)
        ) as cause
    from causes_of_persons
    where person_id is not null
    group by person_id

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
