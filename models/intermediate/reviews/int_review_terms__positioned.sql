with

texts as (

    select
        review_id,
        words
    from {{ ref('int_review_texts__tokenised') }}

),

terms as (

    select * from {{ ref('int_review_terms__matched') }}

),

words as (

    {{ list_rows('texts', ['review_id'], 'words', 'word') }}

),

-- An emoticon begins like a sign, and ends with a bracket.
signs as (

    select
        review_id,
        position,
        word as written,
        case
            when
                substr(word, 1, 1) in ('.', '!', '?', ';', ':', '…', chr(10), chr(13))
                then 'sentence'
            else 'clause'
        end as role
    from words
    where
        {{ matches('word', "'^[^a-z0-9]'") }}
        and (
            word in (',', '(', ')', '[', ']', '"', '«', '»', '“', '”', '—', ' - ', ' – ')
            or (
                substr(word, 1, 1) in ('.', '!', '?', ';', ':', '…', chr(10), chr(13))
                and substr(word, length(word), 1) not in ('(', ')')
            )
        )

),

in_order as (

    select
        review_id,
        layer,
        position,
        last_position,
        tokens,
        written,
        points,
        role,
        aspect,
        holds_negation,
        coalesce(role = 'negation', false) or (holds_negation and points < 0) as negates
    from terms
    union all
    select
        review_id,
        'sign' as layer,
        position,
        position as last_position,
        1 as tokens,
        written,
        cast(null as integer) as points,
        role,
        cast(null as string) as aspect,
        false as holds_negation,
        false as negates
    from signs

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
            + case when role in ('contrast', 'concession') then 1 else 0 end
            as integer
        ) as segment,
        coalesce(
            max(
                case
                    when role in ('sentence', 'clause', 'contrast', 'concession') then position
                end
            ) over before_it,
            0
        ) as last_border,
        max(case when negates then last_position end) over before_it as negation_position,
        max(case when role = 'intensifier' then last_position end) over before_it
            as intensifier_position,
        max(case when role = 'wish' then last_position end) over before_it as wish_position
    from in_order
    window before_it as (
        partition by review_id
        order by position, last_position, layer
        rows between unbounded preceding and 1 preceding
    )

),

in_sentence as (

    select
        *,
        max(case when role = 'contrast' then position end) over of_sentence as contrast_position,
        max(case when role = 'sentence' and instr(written, '?') > 0 then 1 else 0 end)
            over of_sentence as is_question,
        max(case when role = 'concession' then segment end) over of_sentence as conceded_segment
    from segmented
    window of_sentence as (partition by review_id, sentence)

),

modifiers as (

    select
        review_id,
        position as start,
        last_position,
        written,
        coalesce(role, 'negation') as role,
        coalesce(percent, {{ var('idiom_negation_percent') }}) as percent,
        coalesce(reach, {{ var('idiom_negation_reach') }}) as reach,
        role is null as is_idiom
    from terms
    where
        role in ('negation', 'intensifier', 'wish') or (holds_negation and points < 0)

),

placed as (

    select
        in_sentence.review_id,
        in_sentence.layer,
        in_sentence.position,
        in_sentence.last_position,
        in_sentence.tokens,
        in_sentence.written,
        in_sentence.points,
        in_sentence.role,
        in_sentence.aspect,
        in_sentence.sentence,
        in_sentence.segment,
        in_sentence.holds_negation,

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
                when in_sentence.segment = in_sentence.conceded_segment
                    then {{ var('conceded_percent') }}
                when in_sentence.contrast_position > in_sentence.position
                    then {{ var('before_contrast_percent') }}
                when in_sentence.contrast_position <= in_sentence.position
                    then {{ var('after_contrast_percent') }}
                else 100
            end
            as integer
        ) as emphasis_percent,
        in_sentence.is_question = 1 as is_question
    from in_sentence
    left join modifiers as negations
        on
            negations.role = 'negation'
            and in_sentence.review_id = negations.review_id
            and in_sentence.negation_position = negations.last_position
            and in_sentence.last_border < negations.start
            and in_sentence.position between
            negations.last_position + 1 and negations.last_position + negations.reach
    left join modifiers as wishes
        on
            wishes.role = 'wish'
            and in_sentence.review_id = wishes.review_id
            and in_sentence.wish_position = wishes.last_position
            and in_sentence.last_border < wishes.start
            and in_sentence.position between
            wishes.last_position + 1 and wishes.last_position + wishes.reach
    left join modifiers as intensifiers
        on
            intensifiers.role = 'intensifier'
            and in_sentence.review_id = intensifiers.review_id
            and in_sentence.intensifier_position = intensifiers.last_position
            and in_sentence.last_border < intensifiers.start
            and in_sentence.position between
            intensifiers.last_position + 1 and intensifiers.last_position + intensifiers.reach

)

select * from placed
