with

reviews as (

    select
        reviews.review_id,
        texts.text_id,
        reviews.language,
        reviews.sentiment,
        reviews.sentiment_label,
        reviews.rating_scaled,
        coalesce(reviews.person_id, reviews.review_id) as author,
        {{ month_of('reviews.created_date') }} as month
    from {{ ref('fct_reviews') }} as reviews
    inner join {{ ref('int_reviews__rated') }} as texts
        on reviews.review_id = texts.review_id
    where not reviews.is_excluded and not reviews.is_competitor

),

features as (

    select distinct
        text_id,
        language,
        replace(feature, '!', '') as topic
    from {{ ref('int_review_features__listed') }}

),

-- Accents make no other word, and are often left out: a topic is spelled as it mostly is.
spellings as (

    select
        language,
        replace(feature, '!', '') as topic,
        written,
        count(*) as places
    from {{ ref('int_review_features__listed') }}
    group by language, replace(feature, '!', ''), written
    qualify
        row_number() over (
            partition by language, topic
            order by places desc, written desc
        ) = 1

),

-- Words that many authors have used and that are no names.
known_words as (

    select
        language,
        feature as topic
    from {{ ref('int_review_features__counted') }}
    where substr(feature, 1, 1) <> '!'

),

empty_words as (

    select
        language,
        {{ folded('word') }} as word
    from {{ ref('language_words') }}
    union
    select
        language,
        term as word
    from {{ ref('int_review_terms__inflected') }}
    where tokens = 1 and role is not null

),

aspects as (

    select
        language,
        term as topic,
        {{ published_aspect('aspect') }} as aspect
    from {{ ref('int_review_terms__inflected') }}
    where layer = 'aspect'

),

topics as (

    select
        features.text_id,
        features.topic
    from features
    inner join known_words
        on
            features.language = known_words.language
            and features.topic = known_words.topic
    left join empty_words as empty_first
        on
            features.language = empty_first.language
            and split_part(features.topic, ' ', 1) = empty_first.word
    left join empty_words as empty_last
        on
            features.language = empty_last.language
            and coalesce(
                nullif(split_part(features.topic, ' ', 2), ''), features.topic
            ) = empty_last.word
    where
        empty_first.word is null
        and empty_last.word is null
        and length(features.topic) > 2

),

months as (

    select
        month,
        language,
        count(*) as reviews
    from reviews
    group by month, language

),

topic_months as (

    select
        reviews.month,
        reviews.language,
        topics.topic,
        count(*) as reviews,
        count(distinct reviews.author) as authors,
        count(reviews.sentiment) as texts,
        sum(reviews.sentiment) as sentiment,
        count(*) filter (where reviews.sentiment_label = 'negative') as negatives,
        sum(reviews.rating_scaled) as rating_scaled,
        count(reviews.rating_scaled) as ratings
    from topics
    inner join reviews
        on topics.text_id = reviews.text_id
    group by reviews.month, reviews.language, topics.topic

),

-- All earlier months, those without the topic too.
before as (

    select
        topic_months.month,
        topic_months.language,
        topic_months.topic,
        sum(earlier_months.reviews) as reviews_before,
        sum(coalesce(earlier.reviews, 0)) as topic_reviews_before
    from topic_months
    inner join months as earlier_months
        on
            topic_months.language = earlier_months.language
            and topic_months.month > earlier_months.month
    left join topic_months as earlier
        on
            topic_months.language = earlier.language
            and topic_months.topic = earlier.topic
            and earlier_months.month = earlier.month
    group by topic_months.month, topic_months.language, topic_months.topic

),

shares as (

    select
        topic_months.*,
        spellings.written,
        aspects.aspect,
        {{ share_of('topic_months.reviews', 'months.reviews') }} as share_of_reviews,
        {{ share_of('before.topic_reviews_before', 'before.reviews_before') }} as usual_share,
        -- A new topic counts as if one earlier review had it.
        {{
            share_of(
                'topic_months.reviews * before.reviews_before',
                'months.reviews * greatest(before.topic_reviews_before, 1)'
            )
        }} as lift
    from topic_months
    inner join months
        on
            topic_months.month = months.month
            and topic_months.language = months.language
    left join before
        on
            topic_months.month = before.month
            and topic_months.language = before.language
            and topic_months.topic = before.topic
    inner join spellings
        on
            topic_months.language = spellings.language
            and topic_months.topic = spellings.topic
    left join aspects
        on
            topic_months.language = aspects.language
            and topic_months.topic = aspects.topic
    where topic_months.authors >= {{ var('review_topic_min_authors') }}

),

review_topics as (

    select
        month,
        language,
        written as topic,
        aspect,

        reviews,
        authors,
        share_of_reviews,
        usual_share,
        lift,
        {{ share_of('sentiment', 'texts') }} as mean_sentiment,
        {{ share_of('negatives', 'texts') }} as negative_share,
        {{ share_of('rating_scaled', 'ratings') }} as mean_rating,

        coalesce(lift >= {{ var('unexpected_topic_lift') }}, false) as is_unexpected
    from shares

)

select * from review_topics
