with

rated as (

    select * from {{ ref('int_review_features__rated') }}

),

listed as (

    select distinct
        language,
        feature,
        first_word,
        last_word,
        is_pair
    from {{ ref('int_review_features__listed') }}

),

words as (

    select
        language,
        word,
        is_capitalised
    from {{ ref('int_review_words__placed') }}
    where is_mid_sentence

),

-- Written with a capital in the middle of most sentences: somebody's or something's name.
names as (

    select
        language,
        word
    from words
    group by language, word
    having 2 * sum(case when is_capitalised then 1 else 0 end) > count(*)

),

by_feature as (

    select
        language,
        feature,
        count(*) as authors,
        sum(is_positive) as positive_authors,
        sum(is_negative) as negative_authors
    from rated
    group by language, feature

),

counted as (

    select
        by_feature.language,
        by_feature.feature,
        listed.is_pair,
        cast(by_feature.authors as bigint) as authors,
        cast(by_feature.positive_authors as bigint) as positive_authors,
        cast(by_feature.negative_authors as bigint) as negative_authors
    from by_feature
    inner join listed
        on
            by_feature.language = listed.language
            and by_feature.feature = listed.feature
    left join names as first_names
        on
            listed.language = first_names.language
            and listed.first_word = first_names.word
    left join names as last_names
        on
            listed.language = last_names.language
            and listed.last_word = last_names.word
    where
        by_feature.authors >= {{ var('review_word_min_authors') }}
        and first_names.word is null
        and last_names.word is null

)

select * from counted
