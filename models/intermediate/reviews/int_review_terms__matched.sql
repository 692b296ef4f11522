with

tokens as (

    select
        tokens.review_id,
        tokens.position,
        tokens.word,
        tokens.sentence,
        languages.language
    from {{ ref('int_review_tokens__split') }} as tokens
    inner join {{ ref('int_review_languages__detected') }} as languages
        on tokens.review_id = languages.review_id

),

terms as (

    select * from {{ ref('int_review_terms__inflected') }}

),

-- First words of the terms of several words, and how long these can be: most places in a text
-- begin none.
beginnings as (

    select
        language,
        substr(term, 1, instr(term, ' ') - 1) as word,
        max(tokens) as tokens
    from terms
    where tokens > 1
    group by language, substr(term, 1, instr(term, ' ') - 1)

),

-- The next words of the same sentence: of a term, each must be there.
with_next as (

    select
        *,
        lead(word, 1) over in_sentence as word_2,
        lead(word, 2) over in_sentence as word_3,
        lead(word, 3) over in_sentence as word_4,
        lead(word, 4) over in_sentence as word_5,
        lead(word, 5) over in_sentence as word_6
    from tokens
    window in_sentence as (
        partition by review_id, sentence
        order by position
    )

),

longer as (

    select
        with_next.*,
        beginnings.tokens as longest
    from with_next
    inner join beginnings
        on
            with_next.language = beginnings.language
            and with_next.word = beginnings.word

),

candidates as (

    select
        review_id,
        language,
        position,
        1 as tokens,
        word as term
    from tokens
    union all
    select
        review_id,
        language,
        position,
        2 as tokens,
        word || ' ' || word_2 as term
    from longer
    where longest >= 2 and word_2 is not null
    union all
    select
        review_id,
        language,
        position,
        3 as tokens,
        word || ' ' || word_2 || ' ' || word_3 as term
    from longer
    where longest >= 3 and word_3 is not null
    union all
    select
        review_id,
        language,
        position,
        4 as tokens,
        word || ' ' || word_2 || ' ' || word_3 || ' ' || word_4 as term
    from longer
    where longest >= 4 and word_4 is not null
    union all
    select
        review_id,
        language,
        position,
        5 as tokens,
        word || ' ' || word_2 || ' ' || word_3 || ' ' || word_4 || ' ' || word_5 as term
    from longer
    where longest >= 5 and word_5 is not null
    union all
    select
        review_id,
        language,
        position,
        6 as tokens,
        word || ' ' || word_2 || ' ' || word_3 || ' ' || word_4 || ' ' || word_5 || ' ' || word_6
            as term
    from longer
    where longest >= 6 and word_6 is not null

),

found as (

    select
        candidates.review_id,
        terms.layer,
        candidates.position,
        candidates.position + candidates.tokens - 1 as last_position,
        candidates.tokens,
        candidates.term,
        terms.written,
        terms.points,
        terms.role,
        terms.percent,
        terms.reach,
        terms.aspect
    from candidates
    inner join terms
        on
            candidates.language = terms.language
            and candidates.tokens = terms.tokens
            and candidates.term = terms.term

),

idioms as (

    select
        review_id,
        layer,
        position,
        last_position,
        tokens
    from found
    where tokens > 1

),

-- Of idioms that share words the longest counts, of equally long ones the first.
lesser_idioms as (

    select distinct
        idioms.review_id,
        idioms.layer,
        idioms.position,
        idioms.tokens
    from idioms
    inner join idioms as others
        on
            idioms.review_id = others.review_id
            and idioms.layer = others.layer
            and idioms.position <= others.last_position
            and idioms.last_position >= others.position
            and (
                idioms.tokens < others.tokens
                or (idioms.tokens = others.tokens and idioms.position > others.position)
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
            and idioms.tokens = lesser_idioms.tokens
    where lesser_idioms.review_id is null

),

-- Single words count where no idiom holds them.
covered as (

    select distinct
        found.review_id,
        found.layer,
        found.position,
        found.tokens
    from found
    inner join kept_idioms
        on
            found.review_id = kept_idioms.review_id
            and found.layer = kept_idioms.layer
            and found.position between kept_idioms.position and kept_idioms.last_position
    where found.tokens = 1
    union all
    select
        review_id,
        layer,
        position,
        tokens
    from lesser_idioms

),

matched as (

    select found.*
    from found
    left join covered
        on
            found.review_id = covered.review_id
            and found.layer = covered.layer
            and found.position = covered.position
            and found.tokens = covered.tokens
    where covered.review_id is null

)

select * from matched
