{{ config(**by_key('text_id', 'int_review_texts__tokenised', 'text_id')) }}

with

changed_texts as (

    select
        text_id,
        words
    from {{ ref('int_review_texts__tokenised') }}
    where {{ in_changed_keys() }}

),

texts as (

    select
        changed_texts.text_id,
        languages.list_language as language,
        changed_texts.words
    from changed_texts
    inner join {{ ref('int_review_languages__detected') }} as languages
        on changed_texts.text_id = languages.text_id

),

terms as (

    select * from {{ ref('int_review_terms__inflected') }}

),

spelled as (

    select * from {{ ref('int_review_terms__spelled') }}

),

single_terms as (

    select
        language,
        layer,
        term,
        term as word
    from terms
    where tokens = 1
    union all
    select
        terms.language,
        terms.layer,
        terms.term,
        spelled.word
    from spelled
    inner join terms
        on
            spelled.language = terms.language
            and spelled.term = terms.term
            and terms.tokens = 1

),

idiom_terms as (

    select
        language,
        layer,
        term,
        tokens,
        split_part(term, ' ', 1) as first_word,
        split_part(term, ' ', 2) as second_word,
        split_part(term, ' ', 3) as third_word
    from terms
    where tokens > 1

),

words as (

    {{
        list_rows(
            'texts',
            ['text_id', 'language'],
            {
                'word': 'words',
                'word_2': list_part('words', '2', list_length('words')),
                'word_3': list_part('words', '3', list_length('words')),
            }
        )
    }}

),

single_words as (

    select
        words.text_id,
        single_terms.language,
        single_terms.layer,
        words.position,
        single_terms.term
    from words
    inner join single_terms
        on
            words.language = single_terms.language
            and words.word = single_terms.word

),

-- Few places in a text hold the first three words of an idiom. Signs are among the words, so none
-- crosses a clause.
beginnings as (

    select
        words.text_id,
        idiom_terms.language,
        idiom_terms.layer,
        words.position,
        words.position + idiom_terms.tokens - 1 as last_position,
        idiom_terms.term,
        idiom_terms.tokens
    from words
    inner join idiom_terms
        on
            words.language = idiom_terms.language
            and words.word = idiom_terms.first_word
            and words.word_2 = idiom_terms.second_word
    where idiom_terms.tokens = 2 or words.word_3 = idiom_terms.third_word

),

idioms as (

    select
        beginnings.*,
        1000000 * beginnings.tokens - beginnings.position as precedence
    from beginnings
    inner join texts
        on beginnings.text_id = texts.text_id
    where
        beginnings.tokens <= 3
        or {{
            join_list(
                list_part('texts.words', 'beginnings.position', 'beginnings.last_position'), ' '
            )
        }} = beginnings.term

),

-- Of idioms that share words the longest counts, of equally long ones the first.
kept_idioms as (

    select idioms.*
    from idioms
    left join idioms as others
        on
            idioms.text_id = others.text_id
            and idioms.layer = others.layer
            and idioms.position <= others.last_position
            and idioms.last_position >= others.position
            and idioms.precedence < others.precedence
    where others.text_id is null

),

-- Single words count where no idiom holds them.
kept as (

    select
        single_words.text_id,
        single_words.language,
        single_words.layer,
        single_words.position,
        single_words.position as last_position,
        single_words.term
    from single_words
    left join kept_idioms
        on
            single_words.text_id = kept_idioms.text_id
            and single_words.layer = kept_idioms.layer
            and single_words.position >= kept_idioms.position
            and single_words.position <= kept_idioms.last_position
    where kept_idioms.text_id is null
    union all
    select
        text_id,
        language,
        layer,
        position,
        last_position,
        term
    from kept_idioms

),

matched as (

    select
        kept.text_id,
        kept.layer,
        kept.position,
        kept.last_position,
        kept.term,
        terms.tokens,
        terms.written,
        terms.points,
        terms.role,
        terms.percent,
        terms.reach,
        terms.aspect,
        terms.holds_negation
    from kept
    inner join terms
        on
            kept.layer = terms.layer
            and kept.language = terms.language
            and kept.term = terms.term

)

select * from matched
