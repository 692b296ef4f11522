with

features as (

    select * from {{ ref('int_review_features__listed') }}

),

reviews as (

    select *
    from {{ ref('int_reviews__rated') }}
    where not is_internal

),

-- Authors are counted, not reviews: who writes a word in three reviews is one voice.
by_author as (

    select
        features.language,
        features.feature,
        features.is_pair,
        reviews.author,
        min(reviews.fold) as fold,
        max(reviews.is_positive) as is_positive,
        max(reviews.is_negative) as is_negative,
        min(reviews.expected_positive) as expected_positive
    from features
    inner join reviews
        on features.text_id = reviews.text_id
    group by features.language, features.feature, features.is_pair, reviews.author

),

rated as (

    select
        language,
        feature,
        is_pair,
        fold,
        count(*) as authors,
        cast(sum(is_positive) as bigint) as positive_authors,
        cast(sum(is_negative) as bigint) as negative_authors,
        cast(
            coalesce(
                sum((is_positive + is_negative) * expected_positive), 0
            ) as decimal(18, 6)
        ) as expected_positive
    from by_author
    group by language, feature, is_pair, fold

)

select * from rated
