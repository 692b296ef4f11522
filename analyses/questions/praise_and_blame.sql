-- What are we praised and blamed for, beside the competitors?
-- Grain: one row per aspect of the offer.
-- Read: a negative share above the competitors' is a weakness customers can compare; mentions say
-- how much they care. With few reviews of competitors (their column says) the comparison says
-- little.

with

aspects as (

    select
        aspect,
        sentiment_label,
        is_competitor
    from {{ ref('fct_review_aspects') }}
    where not is_excluded

),

counted as (

    select
        aspect,
        sum(case when is_competitor then 0 else 1 end) as our_reviews,
        count(*) filter (where not is_competitor and sentiment_label = 'positive') as our_positive,
        count(*) filter (where not is_competitor and sentiment_label = 'negative') as our_negative,
        count(*) filter (where is_competitor) as their_reviews,
        count(*) filter (where is_competitor and sentiment_label = 'positive') as their_positive,
        count(*) filter (where is_competitor and sentiment_label = 'negative') as their_negative
    from aspects
    group by aspect

),

praise_and_blame as (

    select
        aspect,
        our_reviews,
        {{ ratio('our_positive', 'our_reviews') }} as our_positive_share,
        {{ ratio('our_negative', 'our_reviews') }} as our_negative_share,
        their_reviews,
        {{ ratio('their_positive', 'their_reviews') }} as their_positive_share,
        {{ ratio('their_negative', 'their_reviews') }} as their_negative_share
    from counted

)

select * from praise_and_blame
order by our_reviews desc, aspect asc
