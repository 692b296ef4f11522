{{ config(**by_key('text_id', 'int_review_texts__deduplicated', 'text_id')) }}

with

texts as (

    select * from {{ ref('int_review_texts__deduplicated') }}
    where {{ in_changed_keys() }}

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
