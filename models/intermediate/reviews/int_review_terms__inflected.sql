with

endings as (

    select * from {{ ref('word_endings') }}

),

words as (

    select * from {{ ref('sentiment_words_it') }}
    union all
    select * from {{ ref('sentiment_words_en') }}
    union all
    select * from {{ ref('sentiment_words_other') }}
    union all
    select
        language,
        phrase as word,
        cast(null as string) as inflection,
        weight
    from {{ ref('sentiment_phrases') }}

),

modifiers as (

    select * from {{ ref('sentiment_modifiers') }}

),

emoji as (

    select * from {{ ref('sentiment_emoji') }}

),

language_words as (

    select distinct
        language,
        {{ folded('word') }} as term
    from {{ ref('language_words') }}

),

-- A sign speaks every language, and is read in a text whose language no list knows.
languages as (

    select distinct language
    from words
    union all
    select 'und' as language

),

listed as (

    select
        'sentiment' as layer,
        language,
        word as term,
        inflection,
        weight,
        cast(null as string) as aspect
    from words
    union all
    select
        'aspect' as layer,
        language,
        term,
        inflection,
        cast(null as integer) as weight,
        nullif(aspect, 'none') as aspect
    from {{ ref('review_aspect_terms') }}
    union all
    select
        'judgement' as layer,
        language,
        word as term,
        inflection,
        weight,
        aspect
    from {{ ref('sentiment_aspect_words') }}
    union all
    select
        'sentiment' as layer,
        languages.language,
        emoji.emoji as term,
        cast(null as string) as inflection,
        emoji.weight,
        cast(null as string) as aspect
    from emoji
    cross join languages

),

-- A word without an inflection is itself only.
inflected as (

    select
        listed.layer,
        listed.language,
        substr(listed.term, 1, length(listed.term) - coalesce(endings.cut, 0))
        || coalesce(endings.ending, '') as term,
        listed.weight * coalesce(endings.percent, 100) as points,
        listed.aspect,
        endings.inflection is null as is_exact
    from listed
    left join endings
        on
            listed.language = endings.language
            and listed.inflection = endings.inflection

),

all_terms as (

    select
        layer,
        language,
        term,
        points,
        cast(null as string) as role,
        cast(null as integer) as percent,
        cast(null as integer) as reach,
        aspect,
        is_exact
    from inflected
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

),

folded_terms as (

    select
        layer,
        language,
        {{ join_list(list_transform(tokens_of(plain_signs('term')), folded('element')), ' ') }}
            as folded_term,
        term as written,
        cast({{ list_length(tokens_of(plain_signs('term'))) }} as integer) as tokens,
        points,
        role,
        percent,
        reach,
        aspect,
        is_exact
    from all_terms

),

-- Endings make no small words and no modifiers: durare has no durante, puro no pure. What is listed
-- itself outweighs what endings make of another word.
kept_terms as (

    select folded_terms.*
    from folded_terms
    left join language_words
        on
            folded_terms.language = language_words.language
            and case when not folded_terms.is_exact then folded_terms.folded_term end
            = language_words.term
    where language_words.term is null
    qualify
        folded_terms.is_exact
        or max(case when folded_terms.is_exact then 1 else 0 end) over (
            partition by
                folded_terms.layer, folded_terms.language, folded_terms.folded_term
        ) = 0

),

-- Of two words with the same form the milder weight counts, and none where they contradict each
-- other (amare: to love, or bitter).
terms as (

    select
        layer,
        language,
        folded_term as term,
        min(written) as written,
        max(tokens) as tokens,
        cast(
            case
                when min(points) >= 0 then min(points)
                when max(points) <= 0 then max(points)
                when min(points) is not null then 0
            end
            as integer
        ) as points,
        max(role) as role,
        max(percent) as percent,
        max(reach) as reach,
        min(aspect) as aspect
    from kept_terms
    group by layer, language, folded_term

),

-- An idiom may hold a negation of its own: "non funziona", "niente di buono".
negated_idioms as (

    select distinct
        idioms.language,
        idioms.term
    from terms as idioms
    inner join terms as negations
        on
            idioms.language = negations.language
            and instr(' ' || idioms.term || ' ', ' ' || negations.term || ' ') > 0
    where
        idioms.tokens > 1
        and idioms.points is not null
        and negations.tokens = 1
        and negations.role = 'negation'

),

with_negation as (

    select
        terms.*,
        negated_idioms.term is not null as holds_negation
    from terms
    left join negated_idioms
        on
            terms.language = negated_idioms.language
            and case when terms.layer <> 'aspect' then terms.term end = negated_idioms.term

)

select * from with_negation
