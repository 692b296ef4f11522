with

reviews as (

    select
        *,
        {{ month_of('created_date') }} as month
    from {{ ref('fct_reviews') }}
    where not is_excluded

),

-- The review as a whole is one more aspect.
opinions as (

    select
        month,
        stage,
        'overall' as aspect,
        platform,
        is_competitor,
        sentiment,
        sentiment_label,
        rating_scaled,
        reach,
        propensity_weight,
        disagrees_with_rating,
        is_verified
    from reviews
    union all
    select
        reviews.month,
        reviews.stage,
        aspects.aspect,
        reviews.platform,
        reviews.is_competitor,
        aspects.sentiment,
        aspects.sentiment_label,
        reviews.rating_scaled,
        reviews.reach,
        reviews.propensity_weight,
        reviews.disagrees_with_rating,
        reviews.is_verified
    from {{ ref('fct_review_aspects') }} as aspects
    inner join reviews
        on aspects.review_id = reviews.review_id

),

summed as (

    select
        month,
        coalesce(stage, 'none') as stage,
        aspect,
        platform,
        is_competitor,
        count(*) as reviews,
        count(sentiment) as texts,
        count(*) filter (where is_verified) as verified_reviews,
        count(*) filter (where disagrees_with_rating) as disagreements,
        count(*) filter (where sentiment_label = 'positive') as positives,
        count(*) filter (where sentiment_label = 'negative') as negatives,
        sum(sentiment) as sentiment,
        sum(rating_scaled) as rating_scaled,
        count(rating_scaled) as ratings,
        sum(case when sentiment is not null then propensity_weight end) as weights,
        sum(sentiment * propensity_weight) as weighted_sentiment,
        sum(
            case when sentiment_label = 'negative' then propensity_weight else 0 end
        ) as weighted_negatives,
        sum(case when sentiment is not null then reach end) as reach,
        sum(sentiment * reach) as reached_sentiment
    from opinions
    group by month, coalesce(stage, 'none'), aspect, platform, is_competitor

),

review_sentiment as (

    select
        month,
        stage,
        aspect,
        platform,
        is_competitor,

        reviews,
        texts,
        verified_reviews,
        disagreements,
        {{ share_of('rating_scaled', 'ratings') }} as mean_rating,
        {{ share_of('sentiment', 'texts') }} as mean_sentiment,
        {{ share_of('positives', 'texts') }} as positive_share,
        {{ share_of('negatives', 'texts') }} as negative_share,
        {{ share_of('weighted_sentiment', 'weights') }} as corrected_mean_sentiment,
        {{ share_of('weighted_negatives', 'weights') }} as corrected_negative_share,
        cast(reach as bigint) as reach,
        {{ share_of('reached_sentiment', 'reach') }} as reach_weighted_sentiment
    from summed

)

select * from review_sentiment
