-- Touchpoints that say how somebody felt, at the stage the person was in before. Reviews and survey
-- answers say it by stars and scores; comments, messages and tickets by their words; calls and
-- chats by how they went (seed touchpoint_outcomes). What was written chooses no stage: a praise
-- would otherwise stand in advocacy because it is one.
with

touchpoints as (

    select
        touchpoint_id,
        person_id,
        order_id,
        source_key,
        touchpoint_type,
        channel,
        direction,
        sentiment,
        touched_at,
        {{ month_of('touched_date') }} as month
    from {{ ref('int_touchpoints__identity_resolved') }}
    where
        not is_excluded
        and source_table in (
            'reviews.review', 'crm.feedback_submission', 'crm.engagement', 'crm.ticket',
            'social.interaction'
        )

),

words as (

    select
        interaction_id as source_key,
        sentiment
    from {{ ref('int_touchpoint_texts__scored') }}
    union all
    select
        review_id as source_key,
        sentiment
    from {{ ref('int_reviews__scored') }}

),

outcomes as (

    select
        touchpoint_id,
        case quality when 'good' then 1 when 'bad' then -1 else 0 end as sentiment
    from {{ ref('int_touchpoint_outcomes__classified') }}
    where touchpoint_type in ('call', 'chat', 'ticket')

),

stage_entries as (

    select * from {{ ref('int_stage_entries__dated') }}

),

-- The stage of a person without any earlier touchpoint.
rules as (

    select *
    from {{ ref('int_stage_rules__expanded') }}
    where sentiment_band = 'none' and not is_retargeting

),

felt as (

    select
        touchpoints.*,
        cast(
            coalesce(touchpoints.sentiment, words.sentiment, outcomes.sentiment) as decimal(5, 4)
        ) as felt_sentiment
    from touchpoints
    left join words
        on touchpoints.source_key = words.source_key
    left join outcomes
        on touchpoints.touchpoint_id = outcomes.touchpoint_id
    where coalesce(touchpoints.sentiment, words.sentiment, outcomes.sentiment) is not null

),

-- Touchpoints whose own feeling chose the stage they belong to enter no stage here.
stages_before as (

    select
        felt.touchpoint_id,
        max_by(stage_entries.stage, stage_entries.entry_number) as stage
    from felt
    inner join stage_entries
        on
            felt.person_id = stage_entries.person_id
            and felt.touched_at > stage_entries.entered_at
    left join felt as written
        on stage_entries.touchpoint_id = written.touchpoint_id
    where written.sentiment is null
    group by felt.touchpoint_id

),

placed as (

    select
        felt.touchpoint_id,

        felt.person_id,
        felt.source_key,

        felt.touchpoint_type,
        felt.channel,
        coalesce(stages_before.stage, rules.stage_before_order) as stage,
        felt.month,

        felt.felt_sentiment as sentiment,

        felt.touched_at
    from felt
    left join stages_before
        on felt.touchpoint_id = stages_before.touchpoint_id
    left join rules
        on
            felt.touchpoint_type = rules.touchpoint_type
            and felt.channel = rules.channel
            and felt.direction = rules.direction
            and (felt.order_id is not null) = rules.is_with_order

)

select * from placed
