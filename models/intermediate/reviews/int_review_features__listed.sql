with

words as (

    select *
    from {{ ref('int_review_words__placed') }}
    where is_word

),

-- A negated word is another word: what "not good" teaches, it must not teach of "good".
single_words as (

    select
        review_id,
        position,
        language,
        case when negated_by is null then word else '!' || word end as feature,
        word as first_word,
        word as last_word,
        negated_by,
        false as is_pair,
        emphasis_percent
    from words
    where length(word) > 1

),

pairs as (

    select
        review_id,
        position,
        language,
        previous_word || ' ' || word as feature,
        previous_word as first_word,
        word as last_word,
        cast(null as string) as negated_by,
        true as is_pair,
        emphasis_percent
    from words
    where previous_word is not null

),

features as (

    select * from single_words
    union all
    select * from pairs

)

select * from features
