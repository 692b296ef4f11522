{{ config(materialized='view') }}

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

)

select * from texts
