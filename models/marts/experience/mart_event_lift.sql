-- Whether people order more after an event than people like them who did something else that month.
with

cases as (

    select * from {{ ref('int_event_lift_cases__followed') }}

),

controls as (

    select
        month,
        persona,
        stage,
        orders_before,
        count(*) as controls,
        sum(has_ordered) as controls_ordering
    from cases
    where event_name is null
    group by month, persona, stage, orders_before

),

attendant_cells as (

    select
        event_kind,
        event_name,
        month,
        persona,
        stage,
        orders_before,
        count(*) as attendants,
        sum(has_ordered) as attendants_ordering
    from cases
    where event_name is not null
    group by event_kind, event_name, month, persona, stage, orders_before

),

-- Controls weigh as much as the attendants of their cell. Their effective number (Kish) is that of
-- as many unweighted ones. Sums are in millionths, so that the order does not matter.
weighed as (

    select
        attendant_cells.event_kind,
        attendant_cells.event_name,
        cast(sum(attendant_cells.attendants) as bigint) as attendants,
        cast(sum(attendant_cells.attendants_ordering) as bigint) as attendants_ordering,
        cast(sum(controls.controls) as bigint) as controls,
        cast(sum(
            cast(floor(
                cast(1000000 * attendant_cells.attendants * controls.controls_ordering as double)
                / controls.controls + 0.5
            ) as bigint)
        ) as double) / 1000000 as expected_ordering,
        cast(sum(
            cast(floor(
                cast(1000000 * attendant_cells.attendants * attendant_cells.attendants as double)
                / controls.controls + 0.5
            ) as bigint)
        ) as double) / 1000000 as squared_weights
    from attendant_cells
    inner join controls
        on
            attendant_cells.month = controls.month
            and attendant_cells.persona = controls.persona
            and attendant_cells.stage = controls.stage
            and attendant_cells.orders_before = controls.orders_before
    group by attendant_cells.event_kind, attendant_cells.event_name

),

held as (

    select
        event_kind,
        event_name,
        count(*) as attendances,
        count(distinct person_id) as persons,
        min(attended_date) as first_date,
        max(attended_date) as last_date
    from {{ ref('int_event_attendances__dated') }}
    group by event_kind, event_name

),

judged as (

    select
        event_kind,
        event_name,
        cast(sum(attendants) as bigint) as matured_attendances
    from attendant_cells
    group by event_kind, event_name

),

compared as (

    select
        held.*,
        coalesce(judged.matured_attendances, 0) as matured_attendances,
        coalesce(weighed.attendants, 0) as matched_attendances,
        coalesce(weighed.attendants_ordering, 0) as attendants_ordering,
        coalesce(weighed.controls, 0) as controls,
        weighed.expected_ordering / weighed.attendants as expected_rate,
        weighed.attendants * weighed.attendants / weighed.squared_weights as effective_controls
    from held
    left join judged
        on
            held.event_kind = judged.event_kind
            and held.event_name = judged.event_name
    left join weighed
        on
            held.event_kind = weighed.event_kind
            and held.event_name = weighed.event_name

),

mart_event_lift as (

    select
        event_kind,
        event_name,

        attendances,
        persons,
        first_date,
        last_date,
        matured_attendances,
        matched_attendances,
        attendants_ordering,
        controls,
        {{ ratio('effective_controls', '1', 1) }} as effective_controls,

        {{ ratio('attendants_ordering', 'matched_attendances') }} as order_rate,
        {{ ratio('expected_rate', '1') }} as control_order_rate,
        {{ ratio(
            '(cast(attendants_ordering as double) / matched_attendances - expected_rate)', '1'
        ) }} as lift,
        {{ newcombe_low(
            'attendants_ordering', 'matched_attendances',
            '(expected_rate * effective_controls)', 'effective_controls'
        ) }} as lift_low,
        {{ newcombe_high(
            'attendants_ordering', 'matched_attendances',
            '(expected_rate * effective_controls)', 'effective_controls'
        ) }} as lift_high,
        {{ ratio('(cast(attendants_ordering as double) / matched_attendances)', 'expected_rate', 2)
        }} as lift_ratio,
        matched_attendances < {{ var('min_cell_size') }} as is_small
    from compared

)

select * from mart_event_lift
