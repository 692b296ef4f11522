with

aspects as (

    select * from {{ ref('int_review_aspects__scored') }}

),

reviews as (

    select * from {{ ref('fct_reviews') }}

),

review_aspects as (

    select
        {{ surrogate_key(['aspects.review_id', 'aspects.aspect']) }} as review_aspect_id,

        aspects.review_id,
        reviews.person_id,

        aspects.aspect,
        reviews.platform,
        reviews.stage,
        {{ sentiment_band('aspects.sentiment') }} as sentiment_label,
        reviews.created_date,

        aspects.sentiment,
        aspects.mentions,
        aspects.positive_mentions,
        aspects.negative_mentions,

        reviews.is_competitor,
        reviews.is_internal,
        reviews.exclusion_reason,
        reviews.is_excluded
    from aspects
    inner join reviews
        on aspects.review_id = reviews.review_id

)

select * from review_aspects
