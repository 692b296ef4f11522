-- Each meeting has one contact, or start, before it and one contact, or end, after it.
with

sides as (

    select
        subject_kind,
        subject,
        side,
        max(subject_meetings) as subject_meetings,
        sum(meetings) as meetings
    from {{ ref('mart_touchpoint_neighbours') }}
    group by subject_kind, subject, side

),

wrong as (

    select
        subject_kind,
        subject
    from sides
    group by subject_kind, subject
    having
        count(*) <> 2
        or min(meetings) <> max(subject_meetings)
        or max(meetings) <> max(subject_meetings)

)

select * from wrong
