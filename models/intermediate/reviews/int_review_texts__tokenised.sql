with

reviews as (

    select
        {{ review_text_id() }} as text_id,
        nullif(substr(lower(trim(language)), 1, 2), '') as declared_language,
        title,
        body
    from {{ ref('stg_reviews__reviews') }}
    where copy_of_review_id is null

),

-- The title is a sentence. What is longer than any review was pasted, and costs time and memory.
texts as (

    select
        text_id,
        min(declared_language) as declared_language,
        substr(
            coalesce(min(title) || ' . ', '') || coalesce(min(body), ''),
            1,
            {{ var('review_characters') }}
        ) as review_text
    from reviews
    group by text_id

),

readable as (

    {{ readable_texts('texts', 'text_id, declared_language', 'review_text') }}

),

cut as (

    select
        text_id,
        declared_language,
        {{ tokens_of(own_words('text')) }} as tokens
    from readable

),

with_words as (

    select
        text_id,
        declared_language,
        {{ list_transform('tokens', 'lower(element)') }} as written,
        {{ list_transform('tokens', folded('element')) }} as words,
        {{
            list_transform('tokens', 'substr(element, 1, 1) <> lower(substr(element, 1, 1))')
        }} as capitals
    from cut

)

select * from with_words
