-- Where a stage goes worse than elsewhere in it: for each type of contact, how often a journey is
-- given up right after it, how often what is said there is negative, how often people have to ask
-- again, how often a visit is confused. Symptoms: they say where to look, not what it costs.
{%- set symptoms = ['drop_off', 'negative_sentiment', 'repeat_contact', 'confusion'] %}

with

contacts as (

    select
        touchpoint_id,
        person_id,
        session_id,
        touchpoint_type,
        stage,
        sentiment,
        touched_at,
        cast(date_trunc('month', touched_date) as date) as month
    from {{ ref('int_touchpoints__assigned') }}
    where
        not is_excluded
        and direction = 'inbound'
        and person_id is not null

),

service_types as (

    select touchpoint_type
    from {{ ref('contact_roles') }}
    where role = 'service'

),

confused_sessions as (

    select session_id
    from {{ ref('int_web_sessions__merged') }}
    where confusion_index >= {{ var('confused_session_index') }}

),

journeys_given_up as (

    select
        person_id,
        last_inbound_at
    from {{ ref('int_journeys__concluded') }}
    where outcome = 'lost' and not is_excluded

),

personas as (

    select * from {{ ref('int_person_personas__dated') }}

),

-- The next question of the same person, whatever way it is asked.
questions as (

    select
        contacts.touchpoint_id,
        coalesce(
            {{
                seconds_between(
                    'contacts.touched_at',
                    'lead(contacts.touched_at) over (
                        partition by contacts.person_id
                        order by contacts.touched_at, contacts.touchpoint_id
                    )'
                )
            }} <= {{ var('repeat_contact_days') }} * 86400,
            false
        ) as is_asked_again
    from contacts
    inner join service_types
        on contacts.touchpoint_type = service_types.touchpoint_type

),

-- Each symptom of a contact: 1, 0, or null where the contact cannot show it.
examined as (

    select
        contacts.person_id,
        contacts.touchpoint_type,
        contacts.stage,
        coalesce(personas.persona, 'unknown') as persona,
        case when journeys_given_up.person_id is not null then 1 else 0 end as drop_off,
        case
            when contacts.sentiment < -cast({{ var('neutral_sentiment') }} as decimal(5, 4)) then 1
            when contacts.sentiment is not null then 0
        end as negative_sentiment,
        case
            when questions.is_asked_again then 1
            when not questions.is_asked_again then 0
        end as repeat_contact,
        case
            when confused_sessions.session_id is not null then 1
            when contacts.session_id is not null then 0
        end as confusion
    from contacts
    left join journeys_given_up
        on
            contacts.person_id = journeys_given_up.person_id
            and contacts.touched_at = journeys_given_up.last_inbound_at
    left join questions
        on contacts.touchpoint_id = questions.touchpoint_id
    left join confused_sessions
        on contacts.session_id = confused_sessions.session_id
    left join personas
        on
            contacts.person_id = personas.person_id
            and {{ is_persona_before_month('personas', 'contacts.month') }}

),

persons_examined as (

    select
        person_id,
        touchpoint_type,
        stage,
        {%- for symptom in symptoms %}
        count({{ symptom }}) as {{ symptom }}_contacts,
        coalesce(sum({{ symptom }}), 0) as {{ symptom }}_cases,
        {%- endfor %}
        persona
    from examined
    where {{ computed_once() }}
    group by person_id, touchpoint_type, stage, persona

),

-- One row per person wherever the person counts once: in a type of contact and in the whole stage,
-- with a persona and among all.
persons_counted as (

    select * from persons_examined
    {%- for of_a_type, with_a_persona in [(true, false), (false, true), (false, false)] %}
    union all
    select
        person_id,
        {{ 'touchpoint_type' if of_a_type else 'cast(null as string) as touchpoint_type' }},
        stage,
        {%- for symptom in symptoms %}
        sum({{ symptom }}_contacts) as {{ symptom }}_contacts,
        sum({{ symptom }}_cases) as {{ symptom }}_cases,
        {%- endfor %}
        {{ 'persona' if with_a_persona else "'all' as persona" }}
    from persons_examined
    group by
        person_id, stage
        {{- ', touchpoint_type' if of_a_type }}
        {{- ', persona' if with_a_persona }}
    {%- endfor %}

),

counted as (

    select
        touchpoint_type,
        stage,
        {%- for symptom in symptoms %}
        count(case when {{ symptom }}_contacts > 0 then 1 end) as {{ symptom }}_persons,
        sum({{ symptom }}_contacts) as {{ symptom }}_contacts,
        sum({{ symptom }}_cases) as {{ symptom }}_cases,
        {%- endfor %}
        persona
    from persons_counted
    group by touchpoint_type, stage, persona

),

measured as (
    {%- for symptom in symptoms %}

    select
        '{{ symptom }}' as signal,
        touchpoint_type,
        stage,
        persona,
        {{ symptom }}_persons as persons,
        {{ symptom }}_contacts as contacts,
        {{ symptom }}_cases as cases
    from counted
    where {{ symptom }}_contacts > 0
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

cells as (

    select *
    from measured
    where touchpoint_type is not null

),

stages as (

    select *
    from measured
    where touchpoint_type is null

),

-- Persons, not contacts, are what the interval counts: one who clicks fifty times says it once.
compared as (

    select
        cells.*,
        stages.persons as rest_persons,
        stages.contacts - cells.contacts as rest_contacts,
        stages.cases - cells.cases as rest_cases
    from cells
    inner join stages
        on
            cells.signal = stages.signal
            and cells.stage = stages.stage
            and cells.persona = stages.persona
    where stages.contacts > cells.contacts

),

rated as (

    select
        *,
        cast(cases as double) / contacts as rate,
        cast(rest_cases as double) / rest_contacts as rest_rate
    from compared
    where persona <> 'unknown'

),

contact_symptoms as (

    select
        {{ surrogate_key(['signal', 'touchpoint_type', 'stage', 'persona']) }}
            as contact_symptom_id,

        touchpoint_type,
        signal,
        stage,
        persona,

        cast(contacts as bigint) as contacts,
        cast(cases as bigint) as cases,
        cast(persons as bigint) as persons,
        cast(rest_contacts as bigint) as rest_contacts,
        cast(rest_persons as bigint) as rest_persons,
        round(rate, 4) as rate,
        round(rest_rate, 4) as rest_rate,
        round(rate - rest_rate, 4) as effect,
        {{ newcombe_low('rate * persons', 'persons', 'rest_rate * rest_persons', 'rest_persons') }}
            as ci_low,
        {{ newcombe_high('rate * persons', 'persons', 'rest_rate * rest_persons', 'rest_persons') }}
            as ci_high
    from rated

)

select * from contact_symptoms
