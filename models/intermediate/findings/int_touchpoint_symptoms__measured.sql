-- Where a stage goes worse than elsewhere in it: for each type of touchpoint, how often a journey
-- is given up right after it, how often what is said there is negative, how often people have to
-- ask again, how often a visit is confused. Symptoms: they say where to look, not what it costs.
{%- set symptoms = ['drop_off', 'negative_sentiment', 'repeat_contact', 'confusion'] %}

with

touchpoints as (

    select
        touchpoint_id,
        person_id,
        session_id,
        touchpoint_type,
        stage,
        sentiment,
        touched_at,
        {{ month_of('touched_date') }} as month
    from {{ ref('int_touchpoints__identity_resolved') }}
    where
        not is_excluded
        and direction = 'inbound'
        and person_id is not null

),

service_types as (

    select touchpoint_type
    from {{ ref('touchpoint_roles') }}
    where role = 'service'

),

confused_sessions as (

    select session_id
    from {{ ref('int_web_sessions__classified') }}
    where confusion_index >= {{ var('confused_session_index') }}

),

journeys_given_up as (

    select *
    from {{ ref('int_journeys__concluded') }}
    where outcome = 'lost' and not is_excluded

),

personas as (

    select * from {{ ref('int_persona_history__dated') }}

),

-- The next question of the same person, whatever way it is asked.
questions as (

    select
        touchpoints.touchpoint_id,
        coalesce(
            {{
                seconds_between(
                    'touchpoints.touched_at',
                    'lead(touchpoints.touched_at) over (
                        partition by touchpoints.person_id
                        order by touchpoints.touched_at, touchpoints.touchpoint_id
                    )'
                )
            }} <= {{ var('repeat_contact_days') }} * 86400,
            false
        ) as is_asked_again
    from touchpoints
    inner join service_types
        on touchpoints.touchpoint_type = service_types.touchpoint_type

),

-- Each symptom of a touchpoint: 1, 0, or null where the touchpoint cannot show it.
examined as (

    select
        touchpoints.person_id,
        touchpoints.touchpoint_type,
        touchpoints.stage,
        coalesce(personas.persona, 'unknown') as persona,
        case when journeys_given_up.person_id is not null then 1 else 0 end as drop_off,
        case
            when touchpoints.sentiment < -cast({{ var('neutral_sentiment') }} as decimal(5, 4))
                then 1
            when touchpoints.sentiment is not null then 0
        end as negative_sentiment,
        cast(questions.is_asked_again as integer) as repeat_contact,
        case
            when confused_sessions.session_id is not null then 1
            when touchpoints.session_id is not null then 0
        end as confusion
    from touchpoints
    left join journeys_given_up
        on
            touchpoints.person_id = journeys_given_up.person_id
            and touchpoints.touched_at = journeys_given_up.last_inbound_at
    left join questions
        on touchpoints.touchpoint_id = questions.touchpoint_id
    left join confused_sessions
        on touchpoints.session_id = confused_sessions.session_id
    left join personas
        on
            touchpoints.person_id = personas.person_id
            and {{ is_persona_before_month('personas', 'touchpoints.month') }}

),

persons_examined as (

    select
        person_id,
        touchpoint_type,
        stage,
        {%- for symptom in symptoms %}
        count({{ symptom }}) as {{ symptom }}_touchpoints,
        sum({{ symptom }}) as {{ symptom }}_cases,
        {%- endfor %}
        persona
    from examined
    where {{ prevent_inlining() }}
    group by person_id, touchpoint_type, stage, persona

),

persons_symptoms as (
    {% for symptom in symptoms %}
    select
        '{{ symptom }}' as signal,
        person_id,
        touchpoint_type,
        stage,
        persona,
        {{ symptom }}_touchpoints as touchpoints,
        {{ symptom }}_cases as cases
    from persons_examined
    where {{ symptom }}_touchpoints > 0
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

-- One row per person wherever the person counts once: in a type of touchpoint and in the whole
-- stage, with a persona and among all.
persons_counted as (

    select
        signal,
        person_id,
        touchpoint_type,
        stage,
        coalesce(persona, 'all') as persona,
        sum(touchpoints) as touchpoints,
        sum(cases) as cases
    from persons_symptoms
    group by signal, person_id, stage, cube(touchpoint_type, persona)

),

measured as (

    select
        signal,
        touchpoint_type,
        stage,
        persona,
        count(*) as persons,
        sum(touchpoints) as touchpoints,
        sum(cases) as cases
    from persons_counted
    group by signal, touchpoint_type, stage, persona

),

stages as (

    select *
    from measured
    where touchpoint_type is null

),

-- Persons, not touchpoints, are what the interval counts: one who clicks fifty times says it once.
compared as (

    select
        cells.*,
        stages.persons as rest_persons,
        stages.touchpoints - cells.touchpoints as rest_touchpoints,
        cast(cells.cases as double) / cells.touchpoints as rate,
        cast(stages.cases - cells.cases as double) / (stages.touchpoints - cells.touchpoints)
            as rest_rate
    from measured as cells
    inner join stages
        on
            cells.signal = stages.signal
            and cells.stage = stages.stage
            and cells.persona = stages.persona
    where
        stages.touchpoints > cells.touchpoints
        and cells.touchpoint_type is not null
        and cells.persona <> 'unknown'

),

touchpoint_symptoms as (

    select
        {{ surrogate_key(['signal', 'touchpoint_type', 'stage', 'persona']) }}
            as touchpoint_symptom_id,

        touchpoint_type,
        signal,
        stage,
        persona,

        cast(touchpoints as bigint) as touchpoints,
        cast(cases as bigint) as cases,
        persons,
        cast(rest_touchpoints as bigint) as rest_touchpoints,
        rest_persons,
        round(rate, 4) as rate,
        round(rest_rate, 4) as rest_rate,
        round(rate - rest_rate, 4) as effect,
        {{ newcombe_low('rate * persons', 'persons', 'rest_rate * rest_persons', 'rest_persons') }}
            as ci_low,
        {{ newcombe_high('rate * persons', 'persons', 'rest_rate * rest_persons', 'rest_persons') }}
            as ci_high
    from compared

)

select * from touchpoint_symptoms
