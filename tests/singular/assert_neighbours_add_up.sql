-- Each meeting has one touchpoint, or start, before it and one touchpoint, or end, after it.
with

sides as (

    select
        subject_kind,
        subject,
        side,
        max(subject_occurrences) as subject_occurrences,
        sum(co_occurrences) as co_occurrences
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
        or min(co_occurrences) <> max(subject_occurrences)
        or max(co_occurrences) <> max(subject_occurrences)

)

select * from wrong
