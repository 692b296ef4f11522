{{ config(**by_key('text_id', 'int_review_texts__tokenised', 'text_id')) }}

with

terms as (

    select * from {{ ref('int_review_terms__positioned') }}
    where {{ in_changed_keys() }}

),

texts as (

    select
        text_id,
        words
    from {{ ref('int_review_texts__tokenised') }}
    where {{ in_changed_keys() }}

),

-- "High" blames a price, not a ceiling. Such a word judges only where its aspect is named right
-- after it, or before it in the same clause without an "and" in between, and where no longer idiom
-- contains it.
judging as (

    select distinct
        judgements.text_id,
        judgements.position,
        judgements.last_position
    from terms as judgements
    inner join terms as named
        on
            judgements.text_id = named.text_id
            and judgements.segment = named.segment
            and judgements.aspect = {{ published_aspect('named.aspect') }}
            and named.layer = 'aspect'
    inner join texts
        on judgements.text_id = texts.text_id
    left join terms as idioms
        on
            judgements.text_id = idioms.text_id
            and judgements.position >= idioms.position
            and judgements.position <= idioms.last_position
            and idioms.layer = 'sentiment'
            and judgements.tokens < idioms.tokens
    where
        judgements.layer = 'judgement'
        and idioms.text_id is null
        and (
            named.position = judgements.last_position + 1
            or (
                judgements.position > named.last_position
                and judgements.position <= named.last_position + {{ var('aspect_reach_words') }}
                and not {{
                    matches(
                        join_list(
                            list_part('texts.words', 'named.last_position', 'judgements.position'),
                            ' '
                        ),
                        "' (e|ed|and) '"
                    )
                }}
            )
        )

),

-- Where such a word judges, its words do not count a second time.
placed as (

    select terms.*
    from terms
    left join judging
        on
            case when terms.points <> 0 then terms.text_id end = judging.text_id
            and terms.position between judging.position and judging.last_position
    where (terms.layer = 'judgement') = (judging.text_id is not null)

),

-- Negations agree: one does not turn another, nor an idiom that holds one of its own (without a
-- scratch and without a fault). What begins with a not and blames (non funzionava) turns the praise
-- that follows, and no blame. An emoji says what it says.
turned as (

    select
        *,
        negated_by is not null
        and coalesce(role, '') <> 'negation'
        and not holds_negation
        and lower(written) <> upper(written)
        and (points > 0 or not is_negated_by_idiom) as is_turned,
        wished_by is not null
        and not holds_negation
        and lower(written) <> upper(written) as is_wish
    from placed
    where points <> 0

),

-- A thing wished for is missing, and a question is no praise. A "not" turns a word around, a
-- "very" strengthens it, a "but" moves weight from what precedes it to what follows.
weighed as (

    select
        text_id,
        position,
        last_position,
        case
            when is_wish then wished_by || ' ' || written
            when is_turned then negated_by || ' ' || written
            else written
        end as term,
        aspect,
        false as is_bare_negation,
        sentence,
        segment,
        case when is_wish then wished_at when is_turned then negated_at end as turned_at,
        cast(
            round(
                cast(
                    case
                        when is_wish then abs(points) * wish_percent
                        when is_turned then points * negation_percent
                        when is_question and points > 0 and tokens = 1 then 0
                        else points * 100
                    end
                    as double
                ) * intensity_percent * emphasis_percent / 1000000
            )
            as bigint
        ) as points
    from turned

),

turning as (

    select distinct
        text_id,
        segment
    from weighed
    where turned_at is not null

),

-- A "not" that turns nothing around (there was no hot water) is itself a small complaint, and so is
-- a wish; several of them in a clause are one.
bare as (

    select
        placed.text_id,
        placed.position,
        placed.last_position,
        placed.written as term,
        cast(null as string) as aspect,
        placed.role = 'negation' as is_bare_negation,
        placed.sentence,
        placed.segment,
        cast(
            round(-{{ var('bare_negation_points') }} * placed.emphasis_percent / 100) as bigint
        ) as points
    from placed
    left join turning
        on
            placed.text_id = turning.text_id
            and placed.segment = turning.segment
    where
        placed.role in ('negation', 'wish')
        and placed.points is null
        and turning.text_id is null
    qualify row_number() over (
        partition by placed.text_id, placed.segment
        order by placed.position
    ) = 1

),

opinions as (

    select
        text_id,
        position,
        last_position,
        term,
        aspect,
        is_bare_negation,
        sentence,
        segment,
        points
    from weighed
    where points <> 0
    union all
    select * from bare

)

select * from opinions
