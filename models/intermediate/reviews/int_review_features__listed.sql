with

languages as (

    select
        review_id,
        language
    from {{ ref('int_review_languages__detected') }}

),

texts as (

    select
        texts.review_id,
        languages.language,
        texts.words,
        texts.written,
        texts.capitals
    from {{ ref('int_review_texts__tokenised') }} as texts
    inner join languages
        on texts.review_id = languages.review_id

),

placed as (

    select
        review_id,
        position,
        negated_by
    from {{ ref('int_review_terms__positioned') }}
    where layer = 'sentiment'

),

words as (

    {{
        list_rows(
            'texts', ['review_id', 'language', 'words', 'written', 'capitals'], 'words', 'word'
        )
    }}

),

in_context as (

    select
        review_id,
        language,
        position,
        word,
        case when position > 1 then {{ list_element('words', 'position - 1') }} end as word_before,
        {{ list_element('written', 'position') }} as written,
        case when position > 1 then {{ list_element('written', 'position - 1') }} end
            as written_before,
        {{ list_element('capitals', 'position') }} as is_capitalised
    from words
    where {{ is_word('word') }}

),

-- Written with a capital in the middle of most sentences: somebody's or something's name.
common_words as (

    select
        language,
        word
    from in_context
    group by language, word
    having
        count(*) >= {{ var('review_word_min_authors') }}
        and 2 * sum(
            case when {{ is_word('word_before') }} and is_capitalised then 1 else 0 end
        ) <= sum(case when {{ is_word('word_before') }} then 1 else 0 end)

),

known_words as (

    select
        in_context.review_id,
        in_context.language,
        in_context.position,
        in_context.word,
        in_context.word_before,
        in_context.written,
        in_context.written_before
    from in_context
    inner join common_words
        on
            in_context.language = common_words.language
            and in_context.word = common_words.word

),

-- A negated word is another word: what "not good" teaches, it must not teach of "good".
single_words as (

    select
        known_words.review_id,
        known_words.position,
        known_words.language,
        case
            when placed.negated_by is null then known_words.word
            else '!' || known_words.word
        end as feature,
        known_words.word as first_word,
        known_words.word as last_word,
        known_words.written,
        placed.negated_by,
        false as is_pair
    from known_words
    left join placed
        on
            known_words.review_id = placed.review_id
            and known_words.position = placed.position
            and placed.negated_by is not null
    where length(known_words.word) > 1

),

pairs as (

    select
        known_words.review_id,
        known_words.position,
        known_words.language,
        known_words.word_before || ' ' || known_words.word as feature,
        known_words.word_before as first_word,
        known_words.word as last_word,
        known_words.written_before || ' ' || known_words.written as written,
        cast(null as string) as negated_by,
        true as is_pair
    from known_words
    inner join common_words
        on
            known_words.language = common_words.language
            and known_words.word_before = common_words.word

),

features as (

    select * from single_words
    union all
    select * from pairs

)

select * from features
