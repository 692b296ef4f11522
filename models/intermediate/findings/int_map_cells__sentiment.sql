-- What is felt in each cell of the journey map, and the part of the offer that its reviews speak
-- of most.
with

personas as (

    select * from {{ ref('int_persona_history__dated') }}

),

feelings as (

    select
        feelings.*,
        coalesce(personas.persona, 'unknown') as persona
    from {{ ref('int_feedback__located') }} as feelings
    left join personas
        on
            feelings.person_id = personas.person_id
            and {{ is_persona_of_month('personas', 'feelings.month') }}

),

aspects as (

    select * from {{ ref('int_review_aspects__scored') }}

),

counted as (

    select
        stage,
        channel,
        persona,
        month,
        count(*) as opinions,
        count(*) filter (where sentiment < -cast({{ var('neutral_sentiment') }} as decimal(5, 4)))
            as negative_opinions,
        sum(sentiment) as sentiment_sum
    from feelings
    group by stage, channel, persona, month

),

aspects_counted as (

    select
        feelings.stage,
        feelings.channel,
        feelings.persona,
        feelings.month,
        aspects.aspect,
        sum(aspects.mentions) as mentions
    from feelings
    inner join aspects
        on feelings.source_key = aspects.review_id
    where feelings.touchpoint_type = 'review'
    group by
        feelings.stage,
        feelings.channel,
        feelings.persona,
        feelings.month,
        aspects.aspect

),

aspects_ranked as (

    select
        *,
        row_number() over (
            partition by stage, channel, persona, month
            order by mentions desc, aspect asc
        ) as place
    from aspects_counted

),

cells as (

    select
        counted.stage,
        counted.channel,
        counted.persona,
        counted.month,

        aspects_ranked.aspect,
        coalesce(cast(aspects_ranked.mentions as bigint), 0) as aspect_mentions,
        counted.opinions,
        counted.negative_opinions,
        {{ ratio('counted.sentiment_sum', 'counted.opinions') }} as sentiment
    from counted
    left join aspects_ranked
        on
            counted.stage = aspects_ranked.stage
            and counted.channel = aspects_ranked.channel
            and counted.persona = aspects_ranked.persona
            and counted.month = aspects_ranked.month
            and aspects_ranked.place = 1

)

select * from cells
