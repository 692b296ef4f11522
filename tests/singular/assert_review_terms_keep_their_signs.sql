-- What a list holds, and no text can be cut into, would be read as another word: a+ as a. Blanks,
-- apostrophes, hyphens and slashes between words part them; all else must be in the tokens.
with

terms as (

    select
        layer,
        language,
        written,
        term
    from {{ ref('int_review_terms__inflected') }}

),

compared as (

    select
        *,
        {{ remove_pattern(unaccented('lower(written)'), "[ /-]+") }} as letters_written,
        {{ remove_pattern(unaccented('term'), "[ /]+") }} as letters_read
    from terms

)

select * from compared
where replace(letters_written, chr(39), '') <> replace(letters_read, chr(39), '')
