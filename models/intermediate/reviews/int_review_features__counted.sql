with

rated as (

    select * from {{ ref('int_review_features__rated') }}

),

counted as (

    select
        language,
        feature,
        is_pair,
        cast(sum(authors) as bigint) as authors,
        cast(sum(positive_authors) as bigint) as positive_authors,
        cast(sum(negative_authors) as bigint) as negative_authors,
        cast(sum(expected_positive) as decimal(18, 6)) as expected_positive
    from rated
    group by language, feature, is_pair
    having sum(authors) >= {{ var('review_word_min_authors') }}

)

select * from counted
