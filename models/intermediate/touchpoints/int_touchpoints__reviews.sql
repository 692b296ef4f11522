with

types as (

    select * from {{ ref('touchpoint_types') }}

),

reviews as (

    select * from {{ ref('stg_reviews__reviews') }}

),

-- Reviews of other brands are read for comparison; they are no touchpoints with this one.
own_reviews as (

    select *
    from reviews
    where not is_competitor and copy_of_review_id is null

),

touchpoints as (

    select
        {{ touchpoint_id('reviews.review', ['own_reviews.review_id']) }} as touchpoint_id,

        coalesce(
            {{ identifier_id('order', 'own_reviews.order_id') }},
            {{ identifier_id('email', 'own_reviews.author_email_hash') }}
        ) as identifier_id,
        cast(null as string) as session_id,
        cast(null as string) as campaign_id,
        cast(null as string) as campaign,
        own_reviews.product_id,
        own_reviews.order_id,
        cast(null as string) as location_id,

        types.source_system,
        'reviews.review' as source_table,
        own_reviews.review_id as source_key,
        types.touchpoint_type,
        types.default_channel as channel,
        types.default_direction as direction,

        {{
            sentiment_of_score('own_reviews.rating', '1', 'own_reviews.rating_scale')
        }} as sentiment,
        cast(null as bigint) as dwell_seconds,

        own_reviews.created_at as touched_at,
        own_reviews.created_date as touched_date,

        types.is_path_touchpoint,
        false as is_bot,
        false as is_machine,
        own_reviews.is_internal,
        false as is_test,

        own_reviews._loaded_at,
        cast(own_reviews.created_at as date) as event_day
    from own_reviews
    inner join types
        on types.touchpoint_type = 'review'

)

select * from touchpoints
