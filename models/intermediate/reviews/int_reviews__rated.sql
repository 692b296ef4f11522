with

reviews as (

    select
        review_id,
        {{ review_text_id() }} as text_id,
        coalesce(author_email_hash, review_id) as author_key,
        platform,
        product_id,
        is_internal,
        {{ sentiment_of_score('rating', '1', 'rating_scale') }} as rating_scaled
    from {{ ref('stg_reviews__reviews') }}
    where copy_of_review_id is null

),

languages as (

    select * from {{ ref('int_review_languages__detected') }}

),

folded as (

    select
        reviews.review_id,
        reviews.text_id,
        {{ fingerprint(['reviews.author_key'], digits=15) }} as author,
        languages.language,
        reviews.platform,
        reviews.product_id,
        mod(instr('0123456789abcdef', substr(md5(reviews.author_key), 1, 1)), 8) as fold,
        reviews.is_internal,
        reviews.rating_scaled,
        case when reviews.rating_scaled > {{ var('neutral_sentiment') }} then 1 else 0 end
            as is_positive,
        case when reviews.rating_scaled < -{{ var('neutral_sentiment') }} then 1 else 0 end
            as is_negative
    from reviews
    inner join languages
        on reviews.text_id = languages.text_id

),

-- The authors of one fold are in no other: the others teach the weights that are applied to it.
summed as (

    select
        *,
        case when is_internal then 0 else is_positive end as positive,
        case when is_internal then 0 else is_positive + is_negative end as taking_side
    from folded

),

shared as (

    select
        *,
        cast(sum(positive) over of_language as double) as positive_of_language,
        sum(taking_side) over of_language as sides_of_language,
        sum(positive) over of_platform as positive_of_platform,
        sum(taking_side) over of_platform as sides_of_platform,
        sum(positive) over of_product as positive_of_product,
        sum(taking_side) over of_product as sides_of_product
    from summed
    window
        of_language as (partition by language, fold),
        of_platform as (partition by language, fold, platform),
        of_product as (partition by language, fold, platform, product_id)

),

-- What a platform, and on it a product, gives anyway: the share of satisfied authors, drawn towards
-- that of the wider group where few rated. Reviews of the shop itself are one product.
of_language as (

    select
        *,
        case
            when sides_of_language > 0 then positive_of_language / sides_of_language
        end as language_share
    from shared

),

of_platform as (

    select
        *,
        (positive_of_platform + {{ var('review_group_weight') }} * language_share)
        / (sides_of_platform + {{ var('review_group_weight') }}) as platform_share
    from of_language

),

rated as (

    select
        review_id,
        text_id,

        author,
        language,
        platform,
        cast(fold as integer) as fold,

        is_internal,
        rating_scaled,
        is_positive,
        is_negative,
        cast(
            round(
                (positive_of_product + {{ var('review_group_weight') }} * platform_share)
                / (sides_of_product + {{ var('review_group_weight') }}),
                6
            ) as decimal(9, 6)
        ) as expected_positive
    from of_platform

)

select * from rated
