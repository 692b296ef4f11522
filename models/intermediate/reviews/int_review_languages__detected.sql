with

reviews as (

    select
        review_id,
        language as declared_language
    from {{ ref('stg_reviews__reviews') }}

),

tokens as (

    select
        review_id,
        written,
        word
    from {{ ref('int_review_tokens__split') }}
    where is_word

),

language_words as (

    select distinct
        language,
        word as written
    from {{ ref('language_words') }}

),

terms as (

    select distinct
        language,
        term as word
    from {{ ref('int_review_terms__inflected') }}
    where tokens = 1 and {{ is_word('term') }}

),


-- The small words of a language say most, the words of its lists less, the platform's own
-- statement as much as one small word: it is often that of the site, not of the text.
evidence as (

    select
        tokens.review_id,
        language_words.language,
        3 as points
    from tokens
    inner join language_words
        on tokens.written = language_words.written
    union all
    select
        tokens.review_id,
        terms.language,
        1 as points
    from tokens
    inner join terms
        on tokens.word = terms.word
    union all
    select
        review_id,
        declared_language as language,
        3 as points
    from reviews
    where declared_language is not null

),

weighed as (

    select
        review_id,
        language,
        sum(points) as points
    from evidence
    group by review_id, language

),

ranked as (

    select
        weighed.review_id,
        weighed.language
    from weighed
    inner join reviews
        on weighed.review_id = reviews.review_id
    qualify row_number() over (
        partition by weighed.review_id
        order by
            weighed.points desc,
            coalesce(weighed.language = reviews.declared_language, false) desc,
            weighed.language = '{{ var("default_review_language") }}' desc,
            weighed.language
    ) = 1

),

detected as (

    select
        reviews.review_id,
        coalesce(ranked.language, '{{ var("default_review_language") }}') as language,
        reviews.declared_language
    from reviews
    left join ranked
        on reviews.review_id = ranked.review_id

)

select * from detected
