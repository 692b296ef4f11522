with

reviews as (

    select
        review_id,
        title,
        body
    from {{ ref('stg_reviews__reviews') }}
    where copy_of_review_id is null

),

-- The title is a sentence. What is longer than any review was pasted, and costs time and memory.
written as (

    select
        review_id,
        substr(
            coalesce(title || ' . ', '') || coalesce(body, ''), 1, {{ var('review_characters') }}
        ) as review_text
    from reviews

),

readable as (

    {{ readable_texts('written', 'review_id', 'review_text') }}

),

cut as (

    select
        review_id,
        {{ tokens_of(own_words('text')) }} as tokens
    from readable

),

texts as (

    select
        review_id,
        {{ list_transform('tokens', 'lower(element)') }} as written,
        {{ list_transform('tokens', folded('element')) }} as words,
        {{
            list_transform('tokens', 'substr(element, 1, 1) <> lower(substr(element, 1, 1))')
        }} as capitals
    from cut
    where {{ list_length('tokens') }} > 0

)

select * from texts
