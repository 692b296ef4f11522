with

words as (

    select * from {{ ref('int_review_words__placed') }}

),

negating_words as (

    select
        language,
        term as word
    from {{ ref('int_review_terms__inflected') }}
    where role = 'negation' and tokens = 1

),

matches as (

    select
        review_id,
        position,
        written,
        tokens,
        points
    from {{ ref('int_review_terms__matched') }}
    where points <> 0

),

negations as (

    select
        review_id,
        position,
        written
    from {{ ref('int_review_terms__matched') }}
    where role = 'negation' and points is null

),

features as (

    select * from {{ ref('int_review_features__listed') }}

),

counted as (

    select * from {{ ref('int_review_features__counted') }}

),

rated as (

    select * from {{ ref('int_review_features__rated') }}

),

reviews as (

    select
        reviews.review_id,
        languages.language,
        coalesce(reviews.author_email_hash, reviews.review_id) as author,
        {{ sentiment_of_score('reviews.rating', '1', 'reviews.rating_scale') }} as rating_scaled,
        reviews.is_internal
    from {{ ref('stg_reviews__reviews') }} as reviews
    inner join {{ ref('int_review_languages__detected') }} as languages
        on reviews.review_id = languages.review_id

),

-- An idiom that begins with a "not" or "without" has its own: one before it turns another thing
-- around (without a scratch and without a fault). An emoji says what it says.
placed_matches as (

    select
        matches.review_id,
        matches.position,
        matches.written,
        matches.points,
        words.negated_by,
        words.negated_at,
        words.negation_percent,
        words.intensity_percent,
        words.emphasis_percent,
        words.sentence,
        words.segment,
        (
            negating_words.word is null
            and lower(matches.written) <> upper(matches.written)
        ) as can_be_turned
    from matches
    inner join words
        on
            matches.review_id = words.review_id
            and matches.position = words.position
    left join negating_words
        on
            matches.tokens > 1
            and words.language = negating_words.language
            and words.word = negating_words.word

),

turned as (

    select
        review_id,
        position,
        written,
        points,
        case when can_be_turned then negated_by end as negated_by,
        case when can_be_turned then negated_at end as negated_at,
        case when can_be_turned then negation_percent else 100 end as negation_percent,
        intensity_percent,
        emphasis_percent,
        sentence,
        segment
    from placed_matches

),

-- A "not" turns a word around, a "very" strengthens it, a "but" moves weight from what stands
-- before it to what follows.
of_the_lists as (

    select
        review_id,
        position,
        'lists' as source,
        case when negated_by is null then written else negated_by || ' ' || written end as term,
        sentence,
        segment,
        cast(
            round(
                cast(points as double) * negation_percent * intensity_percent * emphasis_percent
                / 1000000
            )
            as bigint
        ) as points
    from turned

),

-- A "not" that turns nothing around (there was no hot water) is itself a small complaint.
turning as (

    select distinct
        review_id,
        negated_at as position
    from turned
    where negated_at is not null

),

bare_negations as (

    select
        words.review_id,
        words.position,
        'lists' as source,
        negations.written as term,
        words.sentence,
        words.segment,
        cast(
            round(-{{ var('bare_negation_points') }} * words.emphasis_percent / 100)
            as bigint
        ) as points
    from negations
    inner join words
        on
            negations.review_id = words.review_id
            and negations.position = words.position
    left join turning
        on
            negations.review_id = turning.review_id
            and negations.position = turning.position
    where turning.review_id is null

),

raters as (

    select
        language,
        author,
        max(
            case when rating_scaled > {{ var('neutral_sentiment') }} then 1 else 0 end
        ) as is_positive,
        max(
            case when rating_scaled < -{{ var('neutral_sentiment') }} then 1 else 0 end
        ) as is_negative
    from reviews
    where not is_internal
    group by language, author

),

raters_of_language as (

    select
        language,
        sum(is_positive) as positive_authors,
        sum(is_negative) as negative_authors
    from raters
    group by language

),

-- What stars taught about a word, without what this author's own stars taught: they must not
-- decide about this author's own text.
learned_from_others as (

    select
        features.review_id,
        features.position,
        features.language,
        features.feature,
        features.last_word,
        features.negated_by,
        features.is_pair,
        features.emphasis_percent,
        counted.positive_authors - coalesce(rated.is_positive, 0) as positive_with,
        counted.negative_authors - coalesce(rated.is_negative, 0) as negative_with,
        raters_of_language.positive_authors - coalesce(raters.is_positive, 0) as positive_authors,
        raters_of_language.negative_authors - coalesce(raters.is_negative, 0) as negative_authors
    from features
    inner join counted
        on
            features.language = counted.language
            and features.feature = counted.feature
    inner join reviews
        on features.review_id = reviews.review_id
    inner join raters_of_language
        on features.language = raters_of_language.language
    left join raters
        on
            features.language = raters.language
            and reviews.author = raters.author
    left join rated
        on
            features.language = rated.language
            and features.feature = rated.feature
            and reviews.author = rated.author

),

enough as (

    select *
    from learned_from_others
    where
        positive_authors >= {{ var('review_learning_min_authors') }}
        and negative_authors >= {{ var('review_learning_min_authors') }}
        and positive_with + negative_with >= {{ var('review_word_min_authors') }}

),

-- Log-odds of the word among the satisfied against the dissatisfied. The smoothing pulls towards
-- the share of satisfied authors, so a word seen by few says little either way.
log_odds as (

    select
        *,
        round(
            ln(
                (
                    positive_with
                    + {{ var('review_word_smoothing') }} * cast(positive_authors as double)
                    / (positive_authors + negative_authors)
                )
                / positive_authors
            )
            - ln(
                (
                    negative_with
                    + {{ var('review_word_smoothing') }} * cast(negative_authors as double)
                    / (positive_authors + negative_authors)
                )
                / negative_authors
            ),
            4
        ) as log_odds
    from enough

),

of_the_stars as (

    select
        log_odds.review_id,
        log_odds.position,
        case when log_odds.is_pair then 'pairs' else 'words' end as source,
        case
            when log_odds.is_pair then log_odds.feature
            when log_odds.negated_by is null then words.written
            else log_odds.negated_by || ' ' || words.written
        end as term,
        words.sentence,
        words.segment,
        cast(
            round(
                greatest(-4, least(4, log_odds.log_odds))
                * case
                    when log_odds.is_pair then {{ var('review_pair_percent') }}
                    else {{ var('review_word_percent') }}
                end
                * log_odds.emphasis_percent
                / 100
            )
            as bigint
        ) as points
    from log_odds
    inner join words
        on
            log_odds.review_id = words.review_id
            and log_odds.position = words.position
    where abs(log_odds.log_odds) >= {{ var('review_word_min_log_odds') }}

),

opinions as (

    select * from of_the_lists
    union all
    select * from bare_negations
    union all
    select * from of_the_stars

)

select * from opinions
where points <> 0
