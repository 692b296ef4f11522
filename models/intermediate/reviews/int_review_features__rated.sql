with

features as (

    select distinct
        review_id,
        language,
        feature
    from {{ ref('int_review_features__listed') }}

),

reviews as (

    select
        review_id,
        coalesce(author_email_hash, review_id) as author,
        {{ sentiment_of_score('rating', '1', 'rating_scale') }} as rating_scaled
    from {{ ref('stg_reviews__reviews') }}
    where not is_internal

),

-- Authors are counted, not reviews: who posts the same text on three platforms is one voice.
rated as (

    select
        features.language,
        features.feature,
        reviews.author,
        max(
            case when reviews.rating_scaled > {{ var('neutral_sentiment') }} then 1 else 0 end
        ) as is_positive,
        max(
            case when reviews.rating_scaled < -{{ var('neutral_sentiment') }} then 1 else 0 end
        ) as is_negative
    from features
    inner join reviews
        on features.review_id = reviews.review_id
    group by features.language, features.feature, reviews.author

)

select * from rated
