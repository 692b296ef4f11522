{{ config(**by_key('text_id', 'int_review_texts__tokenised', 'text_id')) }}

with

texts as (

    select
        text_id,
        words
    from {{ ref('int_review_texts__tokenised') }}
    where {{ in_changed_keys() }}

),

terms as (

    select * from {{ ref('int_review_terms__matched') }}
    where {{ in_changed_keys() }}

),

words as (

    {{ list_rows('texts', ['text_id'], {'word': 'words'}) }}

),

signs as (

    select
        text_id,
        position,
        word as written,
        instr('.!?;:…' || chr(10) || chr(13), substr(word, 1, 1)) > 0 as ends_sentence
    from words
    where not (word >= 'a' and word < '{') and not (word >= '0' and word < ':')

),

in_order as (

    select
        text_id,
        layer,
        position,
        last_position,
        tokens,
        written,
        points,
        role,
        percent,
        reach,
        aspect,
        holds_negation,
        coalesce(role = 'negation', false) or (holds_negation and points < 0) as negates
    from terms
    union all
    select
        text_id,
        'sign' as layer,
        position,
        position as last_position,
        1 as tokens,
        written,
        cast(null as integer) as points,
        case when ends_sentence then 'sentence' else 'clause' end as role,
        cast(null as integer) as percent,
        cast(null as integer) as reach,
        cast(null as string) as aspect,
        false as holds_negation,
        false as negates
    from signs
    -- An emoticon begins like a sign, and ends with a bracket.
    where
        (ends_sentence and instr('()', substr(written, length(written), 1)) = 0)
        or instr(',()[]"«»“”— – - ', written) > 0

),

-- A sign or a but ends what a not or a very reaches; a sign of a sentence belongs to it.
segmented as (

    select
        *,
        cast(
            coalesce(sum(case when role = 'sentence' then 1 else 0 end) over before_it, 0)
            as integer
        ) as sentence,
        cast(
            coalesce(
                sum(
                    case
                        when role in ('sentence', 'clause', 'contrast', 'concession') then 1
                        else 0
                    end
                ) over before_it,
                0
            )
            as integer
        ) as borders,
        max(case when negates then last_position end) over before_it as negation_position,
        max(case when role = 'intensifier' then last_position end) over before_it
            as intensifier_position,
        max(case when role = 'wish' then last_position end) over before_it as wish_position
    from in_order
    window before_it as (
        partition by text_id
        order by position, last_position, layer
        rows between unbounded preceding and 1 preceding
    )

),

sentences as (

    select
        text_id,
        sentence,
        max(case when role = 'contrast' then position end) as contrast_position,
        max(case when role = 'concession' then borders + 1 end) as conceded_segment,
        max(case when role = 'sentence' then 1 end) as is_question
    from segmented
    where role in ('contrast', 'concession') or (role = 'sentence' and instr(written, '?') > 0)
    group by text_id, sentence

),

modifiers as (

    select
        text_id,
        borders,
        position as start,
        last_position,
        written,
        coalesce(role, 'negation') as role,
        coalesce(percent, {{ var('idiom_negation_percent') }}) as percent,
        last_position + coalesce(reach, {{ var('idiom_negation_reach') }}) as reaches_to,
        role is null as is_idiom
    from segmented
    where negates or role in ('intensifier', 'wish')

),

in_segments as (

    select
        *,
        borders + case when role in ('contrast', 'concession') then 1 else 0 end as segment
    from segmented

),

placed as (

    select
        terms.text_id,
        terms.layer,
        terms.position,
        terms.last_position,
        terms.tokens,
        terms.written,
        terms.points,
        terms.role,
        terms.aspect,
        terms.sentence,
        terms.segment,
        terms.holds_negation,

        negations.written as negated_by,
        negations.start as negated_at,
        coalesce(negations.percent, 100) as negation_percent,
        coalesce(negations.is_idiom, false) as is_negated_by_idiom,
        wishes.written as wished_by,
        wishes.start as wished_at,
        wishes.percent as wish_percent,
        coalesce(intensifiers.percent, 100) as intensity_percent,
        cast(
            case
                when terms.segment = sentences.conceded_segment
                    then {{ var('conceded_percent') }}
                when sentences.contrast_position > terms.position
                    then {{ var('before_contrast_percent') }}
                when sentences.contrast_position <= terms.position
                    then {{ var('after_contrast_percent') }}
                else 100
            end
            as integer
        ) as emphasis_percent,
        coalesce(sentences.is_question = 1, false) as is_question
    from in_segments as terms
    left join sentences
        on
            terms.text_id = sentences.text_id
            and terms.sentence = sentences.sentence
    left join modifiers as negations
        on
            negations.role = 'negation'
            and terms.text_id = negations.text_id
            and terms.borders = negations.borders
            and terms.negation_position = negations.last_position
            and terms.position > negations.last_position
            and terms.position <= negations.reaches_to
    left join modifiers as wishes
        on
            wishes.role = 'wish'
            and terms.text_id = wishes.text_id
            and terms.borders = wishes.borders
            and terms.wish_position = wishes.last_position
            and terms.position > wishes.last_position
            and terms.position <= wishes.reaches_to
    left join modifiers as intensifiers
        on
            intensifiers.role = 'intensifier'
            and terms.text_id = intensifiers.text_id
            and terms.borders = intensifiers.borders
            and terms.intensifier_position = intensifiers.last_position
            and terms.position > intensifiers.last_position
            and terms.position <= intensifiers.reaches_to

)

select * from placed
