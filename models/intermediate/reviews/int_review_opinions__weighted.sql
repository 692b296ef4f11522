{{ config(materialized='view') }}

with

readings as (

    select distinct
        rated.text_id,
        rated.fold,
        proven.percent
    from {{ ref('int_reviews__rated') }} as rated
    inner join {{ ref('int_review_stars__proven') }} as proven
        on
            rated.language = proven.language
            and rated.platform = proven.platform
            and rated.fold = proven.fold

),

opinions as (

    select
        readings.text_id,
        readings.fold,
        readings.percent,
        listed.position,
        'lists' as source,
        listed.term,
        listed.points
    from readings
    inner join {{ ref('int_review_opinions__listed') }} as listed
        on readings.text_id = listed.text_id
    union all
    select
        readings.text_id,
        readings.fold,
        readings.percent,
        learned.position,
        learned.source,
        learned.term,
        cast(round(learned.points * readings.percent / 100.0) as bigint) as points
    from readings
    inner join {{ ref('int_review_opinions__learned') }} as learned
        on
            readings.text_id = learned.text_id
            and readings.fold = learned.fold
    where readings.percent > 0

)

select * from opinions
where points <> 0
