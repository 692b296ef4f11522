with

troubles as (

    select
        *,
        has_return or has_ticket or is_late as has_trouble
    from {{ ref('int_orders__reviewed') }}

),

reviews as (

    select
        order_id,
        count(sentiment) as texts,
        sum(sentiment) as sentiment,
        min(created_date) as first_review_date
    from {{ ref('fct_reviews') }}
    where not is_excluded and not is_competitor and order_id is not null
    group by order_id

),

answers as (

    select
        order_id,
        count(score_scaled) as answers,
        sum(cast(score_scaled as decimal(9, 4))) as score_scaled
    from {{ ref('fct_survey_responses') }}
    where not is_excluded and order_id is not null
    group by order_id

),

-- What the buyer wrote about the order, or else answered when asked.
felt as (

    select
        orders.order_date,
        orders.sales_channel,
        orders.purchase_mode,
        orders.is_first_order,
        coalesce(troubles.has_trouble, false) as has_trouble,
        troubles.propensity_weight,
        reviews.order_id is not null as is_reviewed,
        reviews.texts,
        {{ share_of('reviews.sentiment', 'reviews.texts') }} as text_sentiment,
        {{ share_of('answers.score_scaled', 'answers.answers') }} as survey_score,
        case
            when reviews.first_review_date >= orders.order_date
                then {{ days_between('orders.order_date', 'reviews.first_review_date') }}
        end as days_to_review
    from {{ ref('fct_orders') }} as orders
    left join troubles
        on orders.order_id = troubles.order_id
    left join reviews
        on orders.order_id = reviews.order_id
    left join answers
        on orders.order_id = answers.order_id
    where orders.is_conversion and not orders.is_cancelled

),

classed as (

    select
        *,
        {{ month_of('order_date') }} as month,
        coalesce(text_sentiment, survey_score) as feeling
    from felt

),

summed as (

    select
        month,
        sales_channel,
        purchase_mode,
        is_first_order,
        count(*) as orders,
        count(*) filter (where has_trouble) as troubled_orders,
        count(*) filter (where is_reviewed) as reviewed_orders,
        count(feeling) as heard_orders,
        count(*) filter (where feeling > {{ var('enthusiastic_sentiment') }})
            as enthusiastic_orders,
        count(*) filter (
            where
            feeling > {{ var('neutral_sentiment') }}
            and feeling <= {{ var('enthusiastic_sentiment') }}
        ) as satisfied_orders,
        count(*) filter (where feeling < -{{ var('neutral_sentiment') }}) as disappointed_orders,
        sum(feeling) as feeling,
        count(text_sentiment) as texts,
        sum(text_sentiment) as text_sentiment,
        sum(case when text_sentiment is not null then propensity_weight end) as weights,
        sum(text_sentiment * propensity_weight) as weighted_sentiment,
        sum(
            case
                when text_sentiment < -{{ var('neutral_sentiment') }} then propensity_weight
                else 0
            end
        ) as weighted_disappointed,
        count(*) filter (where text_sentiment < -{{ var('neutral_sentiment') }})
            as disappointed_texts,
        count(survey_score) as answered_orders,
        sum(survey_score) as survey_score,
        sum(days_to_review) as days_to_review,
        count(days_to_review) as timed_reviews
    from classed
    group by month, sales_channel, purchase_mode, is_first_order

),

post_purchase_sentiment as (

    select
        month,
        sales_channel,
        purchase_mode,
        is_first_order,

        orders,
        troubled_orders,
        heard_orders,
        enthusiastic_orders,
        satisfied_orders,
        heard_orders - enthusiastic_orders - satisfied_orders - disappointed_orders
            as neutral_orders,
        disappointed_orders,
        {{ share_of('feeling', 'heard_orders') }} as mean_sentiment,
        reviewed_orders,
        {{ share_of('reviewed_orders', 'orders') }} as reviewed_share,
        {{ share_of('text_sentiment', 'texts') }} as mean_review_sentiment,
        {{ share_of('weighted_sentiment', 'weights') }} as corrected_mean_review_sentiment,
        {{ share_of('disappointed_texts', 'texts') }} as disappointed_share,
        {{ share_of('weighted_disappointed', 'weights') }} as corrected_disappointed_share,
        answered_orders,
        {{ share_of('survey_score', 'answered_orders') }} as mean_survey_score,
        {{ share_of('days_to_review', 'timed_reviews') }} as mean_days_to_review
    from summed

)

select * from post_purchase_sentiment
