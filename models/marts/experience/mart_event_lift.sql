-- Whether people order more after an event than people like them who did something else that month.
with

attendances as (

    select
        event_attendance_id,
        event_kind,
        event_name
    from {{ ref('stg_crm__event_attendances') }}

),

touchpoints as (

    select
        touchpoint_id,
        person_id,
        touchpoint_type,
        source_key,
        touched_at,
        touched_date,
        {{ month_of('touched_date') }} as month
    from {{ ref('int_touchpoints__identity_resolved') }}
    where is_path_touchpoint and not is_excluded and person_id is not null

),

person_months as (

    select * from {{ ref('int_person_months__assigned') }}

),

stage_entries as (

    select
        person_id,
        stage,
        entered_at,
        left_at
    from {{ ref('fct_stage_entries') }}

),

orders as (

    select
        person_id,
        order_id,
        ordered_at
    from {{ ref('fct_orders') }}
    where is_conversion

),

newest as (

    select max(touched_at) as newest_at
    from touchpoints

),

-- Somebody's first time at an event in a month.
attended as (

    select
        touchpoints.person_id,
        touchpoints.month,
        coalesce(attendances.event_kind, '(not set)') as event_kind,
        coalesce(attendances.event_name, '(not set)') as event_name,
        touchpoints.touched_at as met_at,
        touchpoints.touched_date as met_date
    from touchpoints
    inner join attendances
        on
            touchpoints.touchpoint_type = 'event_attendance'
            and touchpoints.source_key = attendances.event_attendance_id
    qualify
        row_number() over (
            partition by
                touchpoints.person_id,
                touchpoints.month,
                attendances.event_kind,
                attendances.event_name
            order by touchpoints.touched_at asc, touchpoints.touchpoint_id asc
        ) = 1

),

attendants as (

    select distinct person_id
    from attended

),

event_months as (

    select distinct month
    from attended

),

-- Another touchpoint of each other person in the month: keys are hashes, so the least is drawn
-- blindly. Whoever was at any event is nobody's control.
drawn as (

    select
        touchpoints.person_id,
        touchpoints.month,
        touchpoints.touched_at as met_at
    from touchpoints
    inner join event_months
        on touchpoints.month = event_months.month
    left join attendants
        on touchpoints.person_id = attendants.person_id
    where attendants.person_id is null
    qualify
        row_number() over (
            partition by touchpoints.person_id, touchpoints.month
            order by touchpoints.touchpoint_id
        ) = 1

),

met as (

    select
        person_id,
        month,
        met_at,
        event_kind,
        event_name
    from attended
    union all
    select
        person_id,
        month,
        met_at,
        cast(null as string) as event_kind,
        cast(null as string) as event_name
    from drawn

),

followed as (

    select
        met.person_id,
        met.month,
        met.met_at,
        met.event_kind,
        met.event_name,
        count(*) filter (where orders.ordered_at < met.met_at) as orders_before,
        max(
            case
                when
                    orders.ordered_at > met.met_at
                    and orders.ordered_at
                    <= met.met_at + interval {{ var('event_lift_days') }} day
                    then 1
                else 0
            end
        ) as has_ordered
    from met
    cross join newest
    left join orders
        on met.person_id = orders.person_id
    where met.met_at + interval {{ var('event_lift_days') }} day <= newest.newest_at
    group by met.person_id, met.month, met.met_at, met.event_kind, met.event_name

),

-- The stage in which the touchpoint found the person: the latest one entered before it.
staged as (

    select
        followed.person_id,
        followed.month,
        followed.met_at,
        followed.event_kind,
        followed.event_name,
        followed.orders_before,
        followed.has_ordered,
        max({{ moment_key('stage_entries.entered_at', ['stage_entries.stage']) }}) as stage_key
    from followed
    left join stage_entries
        on
            followed.person_id = stage_entries.person_id
            and followed.met_at > stage_entries.entered_at
    group by
        followed.person_id,
        followed.month,
        followed.met_at,
        followed.event_kind,
        followed.event_name,
        followed.orders_before,
        followed.has_ordered

),

matchable as (

    select
        staged.month,
        staged.event_kind,
        staged.event_name,
        coalesce(person_months.persona, 'unknown') as persona,
        coalesce({{ detail_of_key('staged.stage_key', 1) }}, 'none') as stage,
        case
            when staged.orders_before >= 3 then 3
            else staged.orders_before
        end as orders_before,
        staged.has_ordered
    from staged
    left join person_months
        on
            staged.person_id = person_months.person_id
            and staged.month = person_months.month

),

controls as (

    select
        month,
        persona,
        stage,
        orders_before,
        count(*) as controls,
        sum(has_ordered) as controls_ordering
    from matchable
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
    from matchable
    where event_name is not null
    group by event_kind, event_name, month, persona, stage, orders_before

),

-- Controls weigh as much as the attendants of their cell. Their effective number (Kish) is what as
-- many unweighted ones would tell. Summed in millionths, so that the order does not matter.
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
        min(met_date) as first_date,
        max(met_date) as last_date
    from attended
    group by event_kind, event_name

),

judged as (

    select
        event_kind,
        event_name,
        sum(attendants) as matured_attendances
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
        cast(matured_attendances as bigint) as matured_attendances,
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
