with

endings as (

    select
        language,
        inflection,
        cut,
        coalesce(ending, '') as ending,
        percent
    from {{ ref('word_endings') }}

),

words as (

    select * from {{ ref('sentiment_words_it') }}
    union all
    select * from {{ ref('sentiment_words_en') }}
    union all
    select * from {{ ref('sentiment_words_other') }}

),

phrases as (

    select * from {{ ref('sentiment_phrases') }}

),

modifiers as (

    select * from {{ ref('sentiment_modifiers') }}

),

emoji as (

    select * from {{ ref('sentiment_emoji') }}

),

languages as (

    select distinct language
    from {{ ref('language_words') }}

),

aspect_terms as (

    select * from {{ ref('review_aspect_terms') }}

),

-- A word without an inflection is itself only.
inflected_words as (

    select
        words.language,
        substr(words.word, 1, length(words.word) - coalesce(endings.cut, 0))
        || coalesce(endings.ending, '') as term,
        words.weight * coalesce(endings.percent, 100) as points,
        endings.inflection is null as is_exact
    from words
    left join endings
        on
            words.language = endings.language
            and words.inflection = endings.inflection

),

inflected_aspects as (

    select
        aspect_terms.language,
        substr(aspect_terms.term, 1, length(aspect_terms.term) - coalesce(endings.cut, 0))
        || coalesce(endings.ending, '') as term,
        aspect_terms.aspect,
        endings.inflection is null as is_exact
    from aspect_terms
    left join endings
        on
            aspect_terms.language = endings.language
            and aspect_terms.inflection = endings.inflection

),

all_terms as (

    select
        'sentiment' as layer,
        language,
        term,
        points,
        cast(null as string) as role,
        cast(null as integer) as percent,
        cast(null as integer) as reach,
        cast(null as string) as aspect,
        is_exact
    from inflected_words
    union all
    select
        'sentiment' as layer,
        language,
        phrase as term,
        weight * 100 as points,
        cast(null as string) as role,
        cast(null as integer) as percent,
        cast(null as integer) as reach,
        cast(null as string) as aspect,
        true as is_exact
    from phrases
    union all
    select
        'sentiment' as layer,
        languages.language,
        emoji.emoji as term,
        emoji.weight * 100 as points,
        cast(null as string) as role,
        cast(null as integer) as percent,
        cast(null as integer) as reach,
        cast(null as string) as aspect,
        true as is_exact
    from emoji
    cross join languages
    union all
    select
        'sentiment' as layer,
        language,
        term,
        cast(null as integer) as points,
        role,
        percent,
        reach,
        cast(null as string) as aspect,
        true as is_exact
    from modifiers
    union all
    select
        'aspect' as layer,
        language,
        term,
        cast(null as integer) as points,
        cast(null as string) as role,
        cast(null as integer) as percent,
        cast(null as integer) as reach,
        aspect,
        is_exact
    from inflected_aspects

),

cut_terms as (

    select
        *,
        {{ tokens_of(readable_text('term')) }} as tokens
    from all_terms

),

folded_terms as (

    select
        layer,
        language,
        {{
            join_list(list_transform('tokens', folded('element')), ' ')
        }} as term,
        term as written,
        cast({{ list_length('tokens') }} as integer) as tokens,
        points,
        role,
        percent,
        reach,
        aspect,
        is_exact,
        max(case when points is not null then is_exact end) over (
            partition by
                layer,
                language,
                {{ join_list(list_transform('tokens', folded('element')), ' ') }}
        ) as has_exact_points
    from cut_terms

),

-- What is listed itself outweighs what endings make. Of two words with the same form the milder
-- weight counts, and none where they contradict each other (amare: to love, or bitter).
terms as (

    select
        layer,
        language,
        term,
        min(written) as written,
        max(tokens) as tokens,
        cast(
            case
                when min(points) is null then null
                when min(points) >= 0 then min(points)
                when max(points) <= 0 then max(points)
                else 0
            end
            as integer
        ) as points,
        max(role) as role,
        max(percent) as percent,
        max(reach) as reach,
        min(aspect) as aspect
    from folded_terms
    where points is null or is_exact = has_exact_points
    group by layer, language, term

)

select * from terms
