{{ config(**by_key('text_id', 'int_review_texts__tokenised', 'text_id')) }}

with

texts as (

    select
        text_id,
        declared_language,
        written
    from {{ ref('int_review_texts__tokenised') }}
    where {{ in_changed_keys() }}

),

language_words as (

    select distinct
        language,
        word
    from {{ ref('language_words') }}

),

terms as (

    select *
    from {{ ref('int_review_terms__inflected') }}
    where language <> 'und'

),

terms_as_lists as (

    select
        language,
        {{ split_text('term', ' ') }} as words
    from terms

),

words_of_terms as (

    select distinct
        language,
        {{ unnest_list('words') }} as word
    from terms_as_lists

),

-- The small words of a language say most, the words of its lists less.
word_points as (

    select
        language,
        word,
        3 as points
    from language_words
    union all
    select
        language,
        word,
        1 as points
    from words_of_terms
    where {{ is_word('word') }}

),

with_spelled as (

    select * from word_points
    union all
    select
        spelled.language,
        spelled.word,
        word_points.points
    from {{ ref('int_review_terms__spelled') }} as spelled
    inner join word_points
        on
            spelled.language = word_points.language
            and spelled.term = word_points.word

),

-- Accents distinguish the small words of languages; words of the lists are folded.
spellings as (

    select
        language,
        word,
        max(points) as points
    from with_spelled
    group by language, word

),

listed_languages as (

    select distinct language
    from terms
    where points <> 0

),

words as (

    {{ list_rows('texts', ['text_id'], {'word': 'written'}) }}

),

evidence as (

    select
        words.text_id,
        spellings.language,
        sum(spellings.points) as points,
        count(*) as known_words
    from words
    inner join spellings
        on words.word = spellings.word
    group by words.text_id, spellings.language

),

lengths as (

    select
        text_id,
        count(*) as words
    from words
    where {{ is_word('word') }}
    group by text_id

),

-- The platform's statement is often that of the site and not of the text: it counts as one small
-- word, and like the language most reviews are in it breaks ties.
weighed as (

    select
        evidence.text_id,
        evidence.language,
        evidence.points,
        evidence.known_words,
        coalesce(evidence.language = texts.declared_language, false) as is_declared,
        evidence.language = '{{ var("default_review_language") }}' as is_usual
    from evidence
    inner join texts
        on evidence.text_id = texts.text_id

),

ranked as (

    select *
    from weighed
    qualify row_number() over (
        partition by text_id
        order by
            points + case when is_declared then 3 else 0 end + case when is_usual then 1 else 0 end
            desc,
            is_declared desc,
            is_usual desc,
            language asc
    ) = 1

),

-- A word or two that some language knows prove little, unless it is the usual one or the one the
-- platform names. A text in which nothing is known is in no language that can be named, but for
-- one that the platform names and no list knows. A text without words needs no language.
detected as (

    select
        texts.text_id,
        case
            when lengths.words is null
                then coalesce(
                    texts.declared_language, '{{ var("default_review_language") }}'
                )
            when
                ranked.is_declared
                or ranked.is_usual
                or ranked.points >= 3
                or 2 * ranked.known_words >= lengths.words
                then ranked.language
            when
                texts.declared_language not in (
                    select listed_languages.language
                    from listed_languages
                )
                then texts.declared_language
            else 'und'
        end as language,
        texts.declared_language
    from texts
    left join lengths
        on texts.text_id = lengths.text_id
    left join ranked
        on texts.text_id = ranked.text_id

),

-- In a language without lists signs are read, and what the stars teach.
with_lists as (

    select
        text_id,
        language,
        declared_language,
        case
            when language in (select listed_languages.language from listed_languages) then language
            else 'und'
        end as list_language
    from detected

)

select * from with_lists
