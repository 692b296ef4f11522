with

attended as (

    select * from {{ ref('int_event_attendances__dated') }}

),

touchpoints as (

    select
        touchpoint_id,
        person_id,
        touched_at,
        {{ month_of('touched_date') }} as month
    from {{ ref('int_touchpoints__identity_resolved') }}
    where is_path_touchpoint and not is_excluded and person_id is not null

),

person_months as (

    select * from {{ ref('int_person_months__assigned') }}

),

stage_entries as (

    select * from {{ ref('int_stage_entries__dated') }}

),

orders as (

    select * from {{ ref('int_orders__converted') }}

),

newest as (

    select max(touched_at) as newest_at
    from touchpoints

),

attendants as (

    select distinct person_id
    from attended

),

event_months as (

    select distinct month
    from attended

),

-- Another touchpoint of each other person in the month. Keys are hashes, so the smallest one is a
-- random draw. A person who attended any event is nobody's control.
drawn as (

    select
        touchpoints.person_id,
        touchpoints.month,
        touchpoints.touched_at
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

cases as (

    select
        person_id,
        month,
        attended_at as touched_at,
        event_kind,
        event_name
    from attended
    union all
    select
        person_id,
        month,
        touched_at,
        cast(null as string) as event_kind,
        cast(null as string) as event_name
    from drawn

),

followed as (

    select
        cases.person_id,
        cases.month,
        cases.touched_at,
        cases.event_kind,
        cases.event_name,
        count(*) filter (where orders.ordered_at < cases.touched_at) as orders_before,
        max(
            case
                when
                    orders.ordered_at > cases.touched_at
                    and orders.ordered_at
                    <= cases.touched_at + interval {{ var('event_lift_days') }} day
                    then 1
                else 0
            end
        ) as has_ordered
    from cases
    cross join newest
    left join orders
        on cases.person_id = orders.person_id
    where cases.touched_at + interval {{ var('event_lift_days') }} day <= newest.newest_at
    group by cases.person_id, cases.month, cases.touched_at, cases.event_kind, cases.event_name

),

-- The stage in which the touchpoint found the person: the last one entered before it.
staged as (

    select
        followed.person_id,
        followed.month,
        followed.touched_at,
        followed.event_kind,
        followed.event_name,
        followed.orders_before,
        followed.has_ordered,
        max({{ moment_key('stage_entries.entered_at', ['stage_entries.stage']) }}) as stage_key
    from followed
    left join stage_entries
        on
            followed.person_id = stage_entries.person_id
            and followed.touched_at > stage_entries.entered_at
    group by
        followed.person_id,
        followed.month,
        followed.touched_at,
        followed.event_kind,
        followed.event_name,
        followed.orders_before,
        followed.has_ordered

),

matchable as (

    select
        staged.person_id,
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

)

select * from matchable
