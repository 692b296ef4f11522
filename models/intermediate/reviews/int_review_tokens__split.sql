with

reviews as (

    select
        review_id,
        title,
        body
    from {{ ref('stg_reviews__reviews') }}

),

-- The title is a sentence. What is longer than any review was pasted, and costs time and memory
-- that grow with its square.
written as (

    select
        review_id,
        substr(
            coalesce(title || ' . ', '') || coalesce(body, ''), 1, {{ var('review_characters') }}
        ) as review_text
    from reviews

),

texts as (

    select
        review_id,
        {{ tokens_of(readable_text('review_text')) }} as tokens
    from written

),

positions as (

    select
        review_id,
        tokens,
        {{ unnest_positions('tokens') }} as position
    from texts
    where {{ list_length('tokens') }} > 0

),

tokens as (

    select
        review_id,
        position,
        {{ list_element('tokens', 'position') }} as token
    from positions

),

-- An emoticon begins like a sign, and ends with a bracket.
classified as (

    select
        review_id,
        position,
        token,
        lower(token) as written,
        {{ folded('token') }} as word,
        {{ is_word('token') }} as is_word,
        substr(token, 1, 1) in ('.', '!', '?', ';', ':', '…', chr(10), chr(13))
        and substr(token, length(token), 1) not in ('(', ')') as ends_sentence,
        token in (',', '(', ')', '[', ']', '"', '«', '»', '“', '”', '—', ' - ', ' – ')
            as ends_clause,
        substr(token, 1, 1) <> lower(substr(token, 1, 1)) as is_capitalised
    from tokens

),

neighboured as (

    select
        *,
        lag(word) over in_review as previous_word,
        coalesce(lag(is_word) over in_review, false) as follows_word
    from classified
    window in_review as (
        partition by review_id
        order by position
    )

),

sentences as (

    select
        review_id,
        position,

        written,
        word,
        case when is_word and follows_word then previous_word end as previous_word,
        cast(
            sum(case when ends_sentence then 1 else 0 end) over so_far
            as integer
        ) as sentence,
        cast(
            sum(case when ends_sentence or ends_clause then 1 else 0 end) over so_far
            as integer
        ) as clause,

        is_word,
        -- In the middle of a sentence a capital marks a name.
        is_word and follows_word as is_mid_sentence,
        is_capitalised
    from neighboured
    window so_far as (
        partition by review_id
        order by position
        rows between unbounded preceding and current row
    )

)

select * from sentences
