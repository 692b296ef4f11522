with

features as (

    select * from {{ ref('int_review_features__listed') }}

),

weighed as (

    select * from {{ ref('int_review_features__weighted') }}

),

reviews as (

    select
        review_id,
        fold
    from {{ ref('int_reviews__rated') }}

),

-- A text is judged by what other authors' stars taught, never by its own author's.
opinions as (

    select
        features.review_id,
        features.position,
        case when features.is_pair then 'pairs' else 'words' end as source,
        case
            when features.negated_by is null then features.feature
            else features.negated_by || ' ' || features.last_word
        end as term,
        weighed.points
    from features
    inner join reviews
        on features.review_id = reviews.review_id
    inner join weighed
        on
            features.language = weighed.language
            and features.feature = weighed.feature
            and reviews.fold = weighed.fold

)

select * from opinions
