with

tokens as (

    select * from {{ ref('int_review_tokens__split') }}

),

languages as (

    select * from {{ ref('int_review_languages__detected') }}

),

modifiers as (

    select
        review_id,
        position,
        last_position,
        written,
        role,
        percent,
        reach
    from {{ ref('int_review_terms__matched') }}
    where role is not null

),

with_modifiers as (

    select
        tokens.*,
        modifiers.last_position,
        modifiers.written as modifier,
        modifiers.role,
        modifiers.percent,
        modifiers.reach
    from tokens
    left join modifiers
        on
            tokens.review_id = modifiers.review_id
            and tokens.position = modifiers.position

),

-- A sign or a but ends what a not or a very reaches.
segmented as (

    select
        *,
        cast(
            clause
            + sum(case when role in ('contrast', 'concession') then 1 else 0 end)
                over (
                    partition by review_id
                    order by position
                    rows between unbounded preceding and current row
                )
            as integer
        ) as segment,
        max(case when role = 'contrast' then position end) over (
            partition by review_id, sentence
        ) as contrast_position
    from with_modifiers

),

in_context as (

    select
        *,
        max(
            case
                when role = 'negation'
                    then {{
                        struct_of([
                            ('last_position', 'last_position'),
                            ('start', 'position'),
                            ('reach', 'reach'),
                            ('percent', 'percent'),
                            ('modifier', 'modifier'),
                        ])
                    }}
            end
        ) over before_it as negation,
        max(
            case
                when role = 'intensifier'
                    then {{
                        struct_of([
                            ('last_position', 'last_position'),
                            ('reach', 'reach'),
                            ('percent', 'percent'),
                        ])
                    }}
            end
        ) over before_it as intensifier,
        max(case when role = 'concession' then 1 else 0 end) over (
            partition by review_id, segment
        ) as is_conceded
    from segmented
    window before_it as (
        partition by review_id, segment
        order by position
        rows between unbounded preceding and 1 preceding
    )

),

placed as (

    select
        in_context.review_id,
        in_context.position,

        languages.language,
        in_context.written,
        in_context.word,
        in_context.previous_word,
        in_context.sentence,
        in_context.segment,
        case
            when
                in_context.negation.last_position + in_context.negation.reach
                >= in_context.position
                then in_context.negation.modifier
        end as negated_by,
        case
            when
                in_context.negation.last_position + in_context.negation.reach
                >= in_context.position
                then in_context.negation.start
        end as negated_at,

        case
            when
                in_context.negation.last_position + in_context.negation.reach
                >= in_context.position
                then in_context.negation.percent
            else 100
        end as negation_percent,
        case
            when
                in_context.intensifier.last_position + in_context.intensifier.reach
                >= in_context.position
                then in_context.intensifier.percent
            else 100
        end as intensity_percent,
        cast(
            case
                when in_context.is_conceded = 1 then {{ var('conceded_percent') }}
                when in_context.contrast_position > in_context.position
                    then {{ var('before_contrast_percent') }}
                when in_context.contrast_position <= in_context.position
                    then {{ var('after_contrast_percent') }}
                else 100
            end
            as integer
        ) as emphasis_percent,

        in_context.is_word,
        in_context.is_mid_sentence,
        in_context.is_capitalised
    from in_context
    inner join languages
        on in_context.review_id = languages.review_id

)

select * from placed
