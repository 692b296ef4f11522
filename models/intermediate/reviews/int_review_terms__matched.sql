with

languages as (

    select
        review_id,
        list_language as language
    from {{ ref('int_review_languages__detected') }}

),

texts as (

    select
        texts.review_id,
        languages.language,
        texts.words
    from {{ ref('int_review_texts__tokenised') }} as texts
    inner join languages
        on texts.review_id = languages.review_id

),

terms as (

    select * from {{ ref('int_review_terms__inflected') }}

),

spelled as (

    select * from {{ ref('int_review_terms__spelled') }}

),

single_terms as (

    select
        *,
        term as word
    from terms
    where tokens = 1
    union all
    select
        terms.*,
        spelled.word
    from spelled
    inner join terms
        on
            spelled.language = terms.language
            and spelled.term = terms.term
    where terms.tokens = 1

),

idiom_terms as (

    select
        *,
        split_part(term, ' ', 1) as first_word,
        split_part(term, ' ', 2) as second_word
    from terms
    where tokens > 1

),

first_words as (

    select distinct
        language,
        first_word
    from idiom_terms

),

words as (

    {{ list_rows('texts', ['review_id', 'language'], 'words', 'word') }}

),

-- Few places in a text begin an idiom. Signs are among the words, so none crosses a clause.
beginnings as (

    select
        words.review_id,
        words.language,
        words.position,
        words.word
    from words
    inner join first_words
        on
            words.language = first_words.language
            and words.word = first_words.first_word

),

with_next as (

    select
        beginnings.review_id,
        beginnings.language,
        beginnings.position,
        beginnings.word,
        {{ list_element('texts.words', 'beginnings.position + 1') }} as next_word,
        {{ list_part('texts.words', 'beginnings.position', 'beginnings.position + 5') }} as ahead
    from beginnings
    inner join texts
        on beginnings.review_id = texts.review_id

),

found as (

    select
        words.review_id,
        words.position,
        words.position as last_position,
        single_terms.term,
        single_terms.layer
    from words
    inner join single_terms
        on
            words.language = single_terms.language
            and words.word = single_terms.word
    union all
    select
        with_next.review_id,
        with_next.position,
        with_next.position + idiom_terms.tokens - 1 as last_position,
        idiom_terms.term,
        idiom_terms.layer
    from with_next
    inner join idiom_terms
        on
            with_next.language = idiom_terms.language
            and with_next.word = idiom_terms.first_word
            and with_next.next_word = idiom_terms.second_word
            and {{ join_list(list_part('with_next.ahead', '1', 'idiom_terms.tokens'), ' ') }}
            = idiom_terms.term

),

idioms as (

    select
        *,
        last_position - position as steps
    from found
    where last_position > position

),

-- Of idioms that share words the longest counts, of equally long ones the first.
lesser_idioms as (

    select distinct
        idioms.review_id,
        idioms.layer,
        idioms.position,
        idioms.last_position
    from idioms
    inner join idioms as others
        on
            idioms.review_id = others.review_id
            and idioms.layer = others.layer
            and idioms.position <= others.last_position
            and idioms.last_position >= others.position
            and (
                idioms.steps < others.steps
                or (idioms.steps = others.steps and idioms.position > others.position)
            )

),

kept_idioms as (

    select idioms.*
    from idioms
    left join lesser_idioms
        on
            idioms.review_id = lesser_idioms.review_id
            and idioms.layer = lesser_idioms.layer
            and idioms.position = lesser_idioms.position
            and idioms.last_position = lesser_idioms.last_position
    where lesser_idioms.review_id is null

),

-- Single words count where no idiom holds them.
covered as (

    select
        review_id,
        layer,
        {{ unnest_range('position', 'last_position') }} as position
    from kept_idioms

),

kept as (

    select
        found.review_id,
        found.layer,
        found.position,
        found.last_position,
        found.term
    from found
    left join covered
        on
            found.review_id = covered.review_id
            and found.layer = covered.layer
            and found.position = covered.position
    where found.last_position = found.position and covered.review_id is null
    union all
    select
        review_id,
        layer,
        position,
        last_position,
        term
    from kept_idioms

),

matched as (

    select
        kept.*,
        terms.tokens,
        terms.written,
        terms.points,
        terms.role,
        terms.percent,
        terms.reach,
        terms.aspect,
        terms.holds_negation
    from kept
    inner join languages
        on kept.review_id = languages.review_id
    inner join terms
        on
            kept.layer = terms.layer
            and languages.language = terms.language
            and kept.term = terms.term

)

select * from matched
