with

attendances as (

    select * from {{ ref('stg_crm__event_attendances') }}

),

touchpoints as (

    select
        touchpoint_id,
        person_id,
        source_key,
        touched_at,
        touched_date,
        {{ month_of('touched_date') }} as month
    from {{ ref('int_touchpoints__identity_resolved') }}
    where
        touchpoint_type = 'event_attendance'
        and is_path_touchpoint
        and not is_excluded
        and person_id is not null

),

dated as (

    select
        touchpoints.person_id,
        touchpoints.month,
        coalesce(attendances.event_kind, '(not set)') as event_kind,
        coalesce(attendances.event_name, '(not set)') as event_name,
        touchpoints.touched_at as attended_at,
        touchpoints.touched_date as attended_date
    from touchpoints
    inner join attendances
        on touchpoints.source_key = attendances.event_attendance_id
    qualify
        row_number() over (
            partition by
                touchpoints.person_id,
                touchpoints.month,
                attendances.event_kind,
                attendances.event_name
            order by touchpoints.touched_at asc, touchpoints.touchpoint_id asc
        ) = 1

)

select * from dated
