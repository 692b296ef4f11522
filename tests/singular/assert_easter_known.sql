-- Easter Sundays as the church keeps them, with the earliest and latest days and both exceptions of
-- the rule (1981 and 2049, which would fall on 26 and 25 April).
with

known_sundays as (

    select
        1954 as calendar_year,
        date '1954-04-18' as sunday
    union all
    select
        1981 as calendar_year,
        date '1981-04-19' as sunday
    union all
    select
        2000 as calendar_year,
        date '2000-04-23' as sunday
    union all
    select
        2008 as calendar_year,
        date '2008-03-23' as sunday
    union all
    select
        2011 as calendar_year,
        date '2011-04-24' as sunday
    union all
    select
        2024 as calendar_year,
        date '2024-03-31' as sunday
    union all
    select
        2025 as calendar_year,
        date '2025-04-20' as sunday
    union all
    select
        2038 as calendar_year,
        date '2038-04-25' as sunday
    union all
    select
        2049 as calendar_year,
        date '2049-04-18' as sunday
    union all
    select
        2076 as calendar_year,
        date '2076-04-19' as sunday

),

differing_sundays as (

    select *
    from known_sundays
    where {{ easter_sunday('calendar_year') }} != sunday

)

select * from differing_sundays
