with

listed as (

    select
        review_id,
        position,
        'lists' as source,
        term,
        points
    from {{ ref('int_review_opinions__listed') }}

),

learned as (

    select * from {{ ref('int_review_opinions__learned') }}

),

reviews as (

    select
        review_id,
        language,
        platform,
        fold
    from {{ ref('int_reviews__rated') }}

),

proven as (

    select * from {{ ref('int_review_stars__proven') }}

),

of_the_stars as (

    select
        learned.review_id,
        learned.position,
        learned.source,
        learned.term,
        cast(round(learned.points * proven.percent / 100.0) as bigint) as points
    from learned
    inner join reviews
        on learned.review_id = reviews.review_id
    inner join proven
        on
            reviews.language = proven.language
            and reviews.platform = proven.platform
            and reviews.fold = proven.fold

),

opinions as (

    select * from listed
    union all
    select * from of_the_stars

)

select * from opinions
where points <> 0
