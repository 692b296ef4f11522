with

all_reviews as (

    select * from {{ ref('stg_reviews__reviews') }}

),

reviews as (

    select * from all_reviews
    where copy_of_review_id is null

),

-- The readers of all platforms are the review's.
copies as (

    select
        copy_of_review_id as review_id,
        count(*) as copies,
        sum(audience) as audience,
        sum(helpful_votes) as helpful_votes
    from all_reviews
    where copy_of_review_id is not null
    group by copy_of_review_id

),

counted as (

    select
        reviews.*,
        coalesce(copies.copies, 0) as copies,
        case
            when reviews.audience is not null or copies.audience is not null
                then coalesce(reviews.audience, 0) + coalesce(copies.audience, 0)
        end as audience_in_all,
        case
            when reviews.helpful_votes is not null or copies.helpful_votes is not null
                then coalesce(reviews.helpful_votes, 0) + coalesce(copies.helpful_votes, 0)
        end as votes_in_all
    from reviews
    left join copies
        on reviews.review_id = copies.review_id

),

touchpoints as (

    select *
    from {{ ref('fct_touchpoints') }}
    where source_table = 'reviews.review'

),

fct_reviews as (

    select
        reviews.review_id,

        touchpoints.person_id,
        reviews.order_id,
        reviews.product_id,
        touchpoints.touchpoint_id,

        reviews.platform,
        reviews.brand,
        touchpoints.stage,
        scored.language,
        scored.sentiment_label,
        scored.drivers,
        reviews.rating_problem,
        reviews.created_date,

        reviews.rating,
        reviews.rating_scale,
        scored.rating_scaled,
        scored.sentiment,
        scored.confidence,
        cast(reviews.votes_in_all as bigint) as helpful_votes,
        cast(reviews.audience_in_all as bigint) as audience,
        case
            when reviews.audience_in_all is not null or reviews.votes_in_all is not null
                then cast(
                    coalesce(reviews.audience_in_all, 0) + coalesce(reviews.votes_in_all, 0)
                    as bigint
                )
        end as reach,
        reviews.copies,
        -- A review without an order weighs one: its author's inclination to write is not known.
        coalesce(orders.propensity_weight, cast(1 as decimal(9, 4))) as propensity_weight,

        case
            when {{ sentiment_band('scored.rating_scaled') }} = 'none' then null
            when scored.sentiment_label = 'positive'
                then {{ sentiment_band('scored.rating_scaled') }} = 'negative'
            when scored.sentiment_label = 'negative'
                then {{ sentiment_band('scored.rating_scaled') }} = 'positive'
            when scored.sentiment_label = 'neutral' then false
        end as disagrees_with_rating,
        reviews.is_verified,
        reviews.is_competitor,
        reviews.is_internal,
        {{ exclusion_reason(['internal'], 'reviews') }} as exclusion_reason,
        reviews.is_internal as is_excluded,

        reviews.created_at,
        reviews.replied_at
    from counted as reviews
    inner join {{ ref('int_reviews__scored') }} as scored
        on reviews.review_id = scored.review_id
    left join touchpoints
        on reviews.review_id = touchpoints.source_key
    left join {{ ref('int_orders__reviewed') }} as orders
        on reviews.order_id = orders.order_id

)

select * from fct_reviews
