with

counted as (

    select * from {{ ref('int_review_features__counted') }}

),

rated as (

    select * from {{ ref('int_review_features__rated') }}

),

authors as (

    select
        language,
        fold,
        author,
        max(is_positive) as is_positive,
        max(is_negative) as is_negative
    from {{ ref('int_reviews__rated') }}
    where not is_internal
    group by language, fold, author

),

by_fold as (

    select
        language,
        fold,
        sum(is_positive) as positive_authors,
        sum(is_negative) as negative_authors
    from authors
    group by language, fold

),

by_language as (

    select
        language,
        sum(positive_authors) as positive_authors,
        sum(negative_authors) as negative_authors
    from by_fold
    group by language

),

folds as (

    select {{ unnest_range('0', '7') }} as fold

),

-- Each fold is taught by the seven others, if they hold enough of both kinds.
taught_folds as (

    select
        by_language.language,
        folds.fold
    from by_language
    cross join folds
    left join by_fold
        on
            by_language.language = by_fold.language
            and folds.fold = by_fold.fold
    where
        by_language.positive_authors - coalesce(by_fold.positive_authors, 0)
        >= {{ var('review_learning_min_authors') }}
        and by_language.negative_authors - coalesce(by_fold.negative_authors, 0)
        >= {{ var('review_learning_min_authors') }}

),

of_others as (

    select
        counted.language,
        counted.feature,
        counted.is_pair,
        taught_folds.fold,
        counted.positive_authors - coalesce(rated.positive_authors, 0) as positive_with,
        counted.negative_authors - coalesce(rated.negative_authors, 0) as negative_with,
        cast(counted.expected_positive - coalesce(rated.expected_positive, 0) as double)
            as expected_positive
    from counted
    inner join taught_folds
        on counted.language = taught_folds.language
    left join rated
        on
            counted.language = rated.language
            and counted.feature = rated.feature
            and taught_folds.fold = rated.fold

),

enough as (

    select
        *,
        positive_with + negative_with - expected_positive as expected_negative,
        {{ var('review_word_smoothing') }} * expected_positive / (positive_with + negative_with)
            as smoothed_positive
    from of_others
    where positive_with + negative_with >= {{ var('review_word_min_authors') }}

),

-- How many more satisfied authors used the word than their platforms and products would give, and
-- how many more dissatisfied ones. The smoothing pulls towards what is expected, so a word seen by
-- few says little either way.
log_odds as (

    select
        *,
        round(
            ln(
                (positive_with + smoothed_positive + 0.000001)
                / (expected_positive + smoothed_positive + 0.000001)
            )
            - ln(
                (negative_with + {{ var('review_word_smoothing') }} - smoothed_positive + 0.000001)
                / (
                    greatest(expected_negative, 0)
                    + {{ var('review_word_smoothing') }} - smoothed_positive + 0.000001
                )
            ),
            4
        ) as log_odds
    from enough

),

weighed as (

    select
        language,
        feature,
        fold,
        cast(
            round(
                greatest(-4, least(4, log_odds))
                * case
                    when is_pair then {{ var('review_pair_percent') }}
                    else {{ var('review_word_percent') }}
                end
            )
            as bigint
        ) as points
    from log_odds
    where abs(log_odds) >= {{ var('review_word_min_log_odds') }}

)

select * from weighed
