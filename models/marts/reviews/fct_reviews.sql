with

reviews as (

    select * from {{ ref('stg_reviews__reviews') }}

),

scored as (

    select * from {{ ref('int_reviews__scored') }}

),

orders as (

    select
        order_id,
        propensity_weight
    from {{ ref('int_orders__reviewed') }}

),

touchpoints as (

    select
        source_key as review_id,
        touchpoint_id,
        person_id,
        stage
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
        reviews.created_date,

        reviews.rating,
        reviews.rating_scale,
        scored.rating_scaled,
        scored.sentiment,
        scored.confidence,
        reviews.helpful_votes,
        reviews.audience,
        case
            when reviews.audience is not null or reviews.helpful_votes is not null
                then coalesce(reviews.audience, 0) + coalesce(reviews.helpful_votes, 0)
        end as reach,
        -- Who reviews without an order cannot be told from who never would have: weighs as one.
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

        reviews.created_at,
        reviews.replied_at
    from reviews
    inner join scored
        on reviews.review_id = scored.review_id
    left join touchpoints
        on reviews.review_id = touchpoints.review_id
    left join orders
        on reviews.order_id = orders.order_id

)

select * from fct_reviews
