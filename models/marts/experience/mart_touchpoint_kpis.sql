-- What each kind of touchpoint brings: how often, how long, how it felt, and what came of it.
with

person_months as (

    select * from {{ ref('int_person_months__assigned') }}

),

touchpoints as (

    select
        touchpoints.*,
        {{ month_of('touchpoints.touched_date') }} as month,
        coalesce(person_months.persona, 'unknown') as persona
    from {{ ref('int_touchpoints__identity_resolved') }} as touchpoints
    left join person_months
        on
            touchpoints.person_id = person_months.person_id
            and {{ month_of('touchpoints.touched_date') }} = person_months.month

),

counted as (

    select
        month,
        touchpoint_type,
        persona,
        count(*) as all_touchpoints,
        count(*) filter (where not is_excluded) as touchpoints,
        count(*) filter (where exclusion_reason = 'machine') as machine_touchpoints,
        count(*) filter (where exclusion_reason = 'bot') as bot_touchpoints,
        count(*) filter (where exclusion_reason in ('internal', 'test')) as internal_touchpoints,
        count(distinct case when not is_excluded then person_id end) as persons,
        count(*) filter (where not is_excluded and direction = 'outbound') as outbound_touchpoints,
        count(case when not is_excluded then dwell_seconds end) as timed_touchpoints,
        cast(sum(case when not is_excluded then dwell_seconds end) as bigint) as dwell_seconds,
        cast(median(case when not is_excluded then dwell_seconds end) as double)
            as median_dwell_seconds,
        count(case when not is_excluded then sentiment end) as touchpoints_with_sentiment,
        cast(sum(case when not is_excluded then sentiment end) as double) as sentiments
    from touchpoints
    group by month, touchpoint_type, persona

),

felt_in_month as (

    select
        month,
        count(sentiment) as touchpoints_with_sentiment,
        cast(sum(sentiment) as double) as sentiments
    from touchpoints
    where not is_excluded
    group by month

),

steps as (

    select
        journey_id,
        person_id,
        touchpoint_type,
        {{ month_of('touched_date') }} as month,
        max(case when is_inbound then position end) as last_position
    from {{ ref('int_journey_touchpoints__numbered') }}
    where not is_excluded
    group by journey_id, person_id, touchpoint_type, {{ month_of('touched_date') }}

),

-- The last thing the person did: what the shop sends afterwards says nothing of why they left.
occurrences as (

    select
        steps.month,
        steps.touchpoint_type,
        journeys.outcome,
        coalesce(person_months.persona, 'unknown') as persona,
        steps.last_position
        = max(steps.last_position) over (partition by steps.journey_id) as is_last
    from steps
    inner join {{ ref('fct_journeys') }} as journeys
        on steps.journey_id = journeys.journey_id
    left join person_months
        on
            steps.person_id = person_months.person_id
            and steps.month = person_months.month
    where not journeys.is_excluded

),

followed as (

    select
        month,
        touchpoint_type,
        persona,
        count(*) as journeys,
        count(*) filter (where outcome = 'converted') as converted_journeys,
        count(*) filter (where outcome = 'lost') as lost_journeys,
        count(*) filter (where outcome = 'lost' and is_last) as abandons
    from occurrences
    group by month, touchpoint_type, persona

),

feedback_responses as (

    select
        person_id,
        sentiment,
        touched_at
    from touchpoints
    where sentiment is not null and person_id is not null and not is_excluded

),

persons_met as (

    select
        month,
        touchpoint_type,
        persona,
        person_id,
        min(touched_at) as first_at,
        max(touched_at) as last_at
    from touchpoints
    where person_id is not null and not is_excluded
    group by month, touchpoint_type, persona, person_id

),

-- By type of touchpoint, and without a type for all of them.
persons_in_touch as (

    select * from persons_met
    union all
    select
        month,
        cast(null as string) as touchpoint_type,
        cast(null as string) as persona,
        person_id,
        min(first_at) as first_at,
        max(last_at) as last_at
    from persons_met
    group by month, person_id

),

heard as (

    select
        persons_in_touch.month,
        persons_in_touch.touchpoint_type,
        persons_in_touch.persona,
        count(*) as feedback_responses,
        cast(sum(feedback_responses.sentiment) as double) as sentiments
    from persons_in_touch
    inner join feedback_responses
        on
            persons_in_touch.person_id = feedback_responses.person_id
            and persons_in_touch.first_at <= feedback_responses.touched_at
            and feedback_responses.touched_at
            <= persons_in_touch.last_at + interval {{ var('perception_days') }} day
    group by persons_in_touch.month, persons_in_touch.touchpoint_type, persons_in_touch.persona

),

heard_in_month as (

    select *
    from heard
    where touchpoint_type is null

),

mart_touchpoint_kpis as (

    select
        counted.month,
        counted.touchpoint_type,
        counted.persona,

        counted.touchpoints,
        counted.persons,
        counted.outbound_touchpoints,
        counted.all_touchpoints,
        counted.machine_touchpoints,
        counted.bot_touchpoints,
        counted.internal_touchpoints,

        counted.timed_touchpoints,
        counted.dwell_seconds,
        counted.median_dwell_seconds,

        counted.touchpoints_with_sentiment,
        {{ ratio('counted.sentiments', 'counted.touchpoints_with_sentiment') }} as mean_sentiment,
        {{ ratio(
            'counted.sentiments * felt_in_month.touchpoints_with_sentiment'
            ~ ' - felt_in_month.sentiments * counted.touchpoints_with_sentiment',
            'counted.touchpoints_with_sentiment * felt_in_month.touchpoints_with_sentiment'
        ) }} as sentiment_delta,
        coalesce(heard.feedback_responses, 0) as feedback_responses,
        {{ ratio('heard.sentiments', 'heard.feedback_responses') }} as feedback_sentiment,
        {{ ratio(
            'heard.sentiments * heard_in_month.feedback_responses'
            ~ ' - heard_in_month.sentiments * heard.feedback_responses',
            'heard.feedback_responses * heard_in_month.feedback_responses'
        ) }} as feedback_sentiment_delta,

        coalesce(followed.journeys, 0) as journeys,
        coalesce(followed.converted_journeys, 0) as converted_journeys,
        coalesce(followed.lost_journeys, 0) as lost_journeys,
        {{ ratio(
            'followed.converted_journeys',
            '(followed.converted_journeys + followed.lost_journeys)'
        ) }} as conversion_rate,
        coalesce(followed.abandons, 0) as abandons,
        {{ ratio(
            'followed.abandons', '(followed.converted_journeys + followed.lost_journeys)'
        ) }} as abandon_rate
    from counted
    left join felt_in_month
        on counted.month = felt_in_month.month
    left join followed
        on
            counted.month = followed.month
            and counted.touchpoint_type = followed.touchpoint_type
            and counted.persona = followed.persona
    left join heard
        on
            counted.month = heard.month
            and counted.touchpoint_type = heard.touchpoint_type
            and counted.persona = heard.persona
    left join heard_in_month
        on counted.month = heard_in_month.month

)

select * from mart_touchpoint_kpis
