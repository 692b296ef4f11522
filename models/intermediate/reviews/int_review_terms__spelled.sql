with

texts as (

    select words
    from {{ ref('int_review_texts__tokenised') }}

),

terms as (

    select
        language,
        layer,
        term,
        points
    from {{ ref('int_review_terms__inflected') }}
    where tokens = 1 and {{ is_word('term') }}

),

language_words as (

    select distinct {{ folded('word') }} as term
    from {{ ref('language_words') }}

),

known_words as (

    select term from terms
    union
    select term from language_words

),

unnested as (

    select {{ unnest_list('words') }} as word
    from texts

),

unknown_words as (

    select distinct unnested.word
    from unnested
    left join known_words
        on unnested.word = known_words.term
    where known_words.term is null and {{ is_word('unnested.word') }}

),

squeezed_words as (

    select
        word,
        {{ squeezed('word') }} as squeezed,
        {{ matches('word', "'" ~ doubled_letters(3) ~ "'") }} as is_drawn_out
    from unknown_words

),

squeezed_terms as (

    select
        *,
        {{ squeezed('term') }} as squeezed
    from terms
    where layer = 'sentiment'

),

-- A letter drawn out for emphasis stands for two or for one, whichever makes a word: goood is good,
-- soooo is so. A double letter that is missing or too many is forgiven in long words only.
spelled as (

    select
        squeezed_terms.language,
        squeezed_words.word,
        squeezed_terms.term
    from squeezed_words
    inner join squeezed_terms
        on squeezed_words.squeezed = squeezed_terms.squeezed
    where
        squeezed_words.is_drawn_out
        or (length(squeezed_words.squeezed) >= 8 and squeezed_terms.points <> 0)
    qualify row_number() over (
        partition by squeezed_terms.language, squeezed_words.word
        order by length(squeezed_terms.term) desc, squeezed_terms.term
    ) = 1

)

select * from spelled
