-- The observed pain points and moments of truth: one row per touchpoint that shows one, and the
-- orders it cost or brought on average. A persona's own effect counts before that of all.
with

touchpoints as (

    select * from {{ ref('int_touchpoint_outcomes__classified') }}

),

effects as (

    select *
    from {{ ref('int_signal_effects__estimated') }}
    where is_claimed

),

personas as (

    select * from {{ ref('int_persona_history__dated') }}

),

dated as (

    select
        *,
        cast(date_trunc('month', {{ local_date('touched_at') }}) as date) as month
    from touchpoints
    where signal is not null

),

of_personas as (

    select
        dated.*,
        coalesce(personas.persona, 'unknown') as persona
    from dated
    left join personas
        on
            dated.person_id = personas.person_id
            and {{ is_persona_of_month('personas', 'dated.month') }}

),

felt as (

    select
        touchpoints.touchpoint_outcome_id,

        touchpoints.touchpoint_id,
        touchpoints.person_id,

        touchpoints.touchpoint_type,
        touchpoints.signal,
        touchpoints.channel,
        touchpoints.stage,
        touchpoints.persona,
        touchpoints.month,

        coalesce(own.effect, everybody.effect) as effect
    from of_personas as touchpoints
    left join effects as own
        on
            touchpoints.touchpoint_type = own.touchpoint_type
            and touchpoints.signal = own.signal
            and touchpoints.stage = own.stage
            and touchpoints.persona = own.persona
    left join effects as everybody
        on
            touchpoints.touchpoint_type = everybody.touchpoint_type
            and touchpoints.signal = everybody.signal
            and touchpoints.stage = everybody.stage
            and everybody.persona = 'all'
    where coalesce(own.effect, everybody.effect) is not null

)

select * from felt
