with

reviews as (

    select
        text_id,
        language,
        count(*) as reviews
    from {{ ref('int_reviews__rated') }}
    group by text_id, language

),

texts as (

    select
        reviews.text_id,
        reviews.language,
        reviews.reviews,
        texts.words,
        texts.written,
        texts.capitals
    from {{ ref('int_review_texts__tokenised') }} as texts
    inner join reviews
        on texts.text_id = reviews.text_id

),

negated as (

    select *
    from {{ ref('int_review_terms__positioned') }}
    where layer = 'sentiment' and negated_by is not null

),

places as (

    {{
        list_rows(
            'texts',
            ['text_id', 'language', 'reviews'],
            {
                'word': 'words',
                'is_capitalised': 'capitals',
                'written': 'written',
                'word_before': list_of(['null']) ~ ' || words',
                'written_before': list_of(['null']) ~ ' || written',
            }
        )
    }}

),

words as (

    select
        *,
        {{ is_word('word_before') }} as is_within
    from places
    where {{ is_word('word') }}

),

-- Written with a capital in the middle of most sentences: a name.
common_words as (

    select
        language,
        word
    from words
    group by language, word
    having
        sum(reviews) >= {{ var('review_word_min_authors') }}
        and 2 * sum(case when is_within and is_capitalised then reviews else 0 end)
        <= sum(case when is_within then reviews else 0 end)

),

known_words as (

    select words.*
    from words
    semi join common_words
        on
            words.language = common_words.language
            and words.word = common_words.word

),

-- A negated word is another word: what "not good" teaches, it must not teach of "good".
features as (

    select
        known_words.text_id,
        known_words.position,
        known_words.language,
        case
            when negated.negated_by is null then known_words.word
            else '!' || known_words.word
        end as feature,
        known_words.written,
        negated.negated_by,
        false as is_pair
    from known_words
    left join negated
        on
            known_words.text_id = negated.text_id
            and known_words.position = negated.position
    where length(known_words.word) > 1
    union all
    select
        known_words.text_id,
        known_words.position,
        known_words.language,
        known_words.word_before || ' ' || known_words.word as feature,
        known_words.written_before || ' ' || known_words.written as written,
        cast(null as string) as negated_by,
        true as is_pair
    from known_words
    inner join common_words
        on
            known_words.language = common_words.language
            and known_words.word_before = common_words.word

)

select * from features
