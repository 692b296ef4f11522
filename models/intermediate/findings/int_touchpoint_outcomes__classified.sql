-- Touchpoints whose outcome a source records: what it was, and whether it is better or worse than
-- expected (seed touchpoint_outcomes).
with

outcomes as (

    select * from {{ ref('touchpoint_outcomes') }}

),

touchpoints as (

    select *
    from {{ ref('int_touchpoints__identity_resolved') }}
    where
        not is_excluded
        and person_id is not null
        and touchpoint_type in (
            'call', 'chat', 'fax', 'meeting', 'event_attendance', 'ticket',
            'site_search', 'checkout_payment', 'payment_failure',
            'store_visit', 'store_demo', 'store_assistance',
            'order_delivery', 'order_pickup', 'return',
            'review', 'survey_nps', 'survey_csat', 'survey_ces'
        )

),

engagements as (

    select
        engagement_id,
        upper(outcome) as outcome
    from {{ ref('stg_crm__engagements') }}

),

tickets as (

    select
        ticket_id,
        case
            when coalesce(first_reply_seconds > {{ var('slow_reply_hours') }} * 3600, not is_closed)
                then 'SLOW'
            else 'IN_TIME'
        end as outcome
    from {{ ref('stg_crm__tickets') }}

),

fulfillments as (

    select
        fulfillment_id,
        case when is_late then 'LATE' else 'ON_TIME' end as delivery_outcome,
        case
            when ready_at > promised_at then 'LATE'
            when
                2 * {{ seconds_between('created_at', 'ready_at') }}
                <= {{ seconds_between('created_at', 'promised_at') }}
                then 'EARLY'
            else 'ON_TIME'
        end as pickup_outcome
    from {{ ref('stg_store__fulfillments') }}

),

searches_without_results as (

    {{ searches_without_results() }}

),

-- Touchpoints with an outcome of their own; null where the source records none.
single_touchpoints as (

    select
        touchpoints.touchpoint_id,
        touchpoints.person_id,
        touchpoints.touchpoint_type,
        touchpoints.channel,
        touchpoints.stage,
        case
            when touchpoints.touchpoint_type in ('call', 'chat')
                then case when touchpoints.direction = 'inbound' then engagements.outcome end
            when touchpoints.touchpoint_type = 'ticket' then tickets.outcome
            when touchpoints.touchpoint_type = 'order_delivery' then fulfillments.delivery_outcome
            when touchpoints.touchpoint_type = 'order_pickup' then fulfillments.pickup_outcome
            when touchpoints.sentiment < -cast({{ var('neutral_sentiment') }} as decimal(5, 4))
                then 'NEGATIVE'
            when touchpoints.sentiment is not null then 'OTHER'
        end as outcome,
        touchpoints.touched_at
    from touchpoints
    left join engagements
        on touchpoints.source_key = engagements.engagement_id
    left join tickets
        on touchpoints.source_key = tickets.ticket_id
    left join fulfillments
        on touchpoints.source_key = fulfillments.fulfillment_id

),

-- Attendants of events are compared with people who speak with the shop in another way: all of
-- them are known by name, whether they order or not.
conversations as (

    select
        touchpoint_id,
        person_id,
        'event_attendance' as touchpoint_type,
        channel,
        stage,
        case
            when touchpoint_type = 'event_attendance' then 'ATTENDED' else 'OTHER_CONVERSATION'
        end as outcome,
        touched_at
    from touchpoints
    where
        touchpoint_type in ('call', 'chat', 'fax', 'meeting', 'event_attendance')
        and direction = 'inbound'

),

-- An outcome counts once in a session, however many searches found nothing or payments failed.
searches as (

    select
        min(touchpoints.touchpoint_id) as touchpoint_id,
        touchpoints.person_id,
        'site_search' as touchpoint_type,
        min(touchpoints.channel) as channel,
        min(touchpoints.stage) as stage,
        case
            when count(searches_without_results.event_id) > 0 then 'NO_RESULTS' else 'RESULTS'
        end as outcome,
        min(touchpoints.touched_at) as touched_at
    from touchpoints
    left join searches_without_results
        on touchpoints.source_key = searches_without_results.event_id
    where touchpoints.touchpoint_type = 'site_search'
    group by touchpoints.person_id, touchpoints.session_id

),

payments as (

    select
        min(touchpoint_id) as touchpoint_id,
        person_id,
        'payment_failure' as touchpoint_type,
        min(channel) as channel,
        min(stage) as stage,
        case when bool_or(touchpoint_type = 'payment_failure') then 'REFUSED' else 'NOT_REFUSED' end
            as outcome,
        min(touched_at) as touched_at
    from touchpoints
    where touchpoint_type in ('checkout_payment', 'payment_failure')
    group by person_id, session_id

),

-- A visit to collect or return something is no visit to look around.
errands as (

    select distinct
        person_id,
        touched_date
    from touchpoints
    where touchpoint_type in ('order_pickup', 'return')

),

store_visits as (

    select
        visits.person_id,
        min(visits.touchpoint_id) as touchpoint_id,
        min(visits.channel) as channel,
        bool_or(visits.touchpoint_type = 'store_demo') as has_demo,
        bool_or(visits.touchpoint_type = 'store_assistance') as has_assistance,
        min(visits.touched_at) as touched_at
    from touchpoints as visits
    anti join errands
        on
            visits.person_id = errands.person_id
            and visits.touched_date = errands.touched_date
    where visits.touchpoint_type in ('store_visit', 'store_demo', 'store_assistance')
    group by visits.source_key, visits.person_id

),

all_touchpoints as (

    select * from single_touchpoints
    union all
    select * from conversations
    union all
    select * from searches
    union all
    select * from payments
    union all
    select
        touchpoint_id,
        person_id,
        'store_demo' as touchpoint_type,
        channel,
        'evaluation' as stage,
        case when has_demo then 'TRIED' else 'NOT_TRIED' end as outcome,
        touched_at
    from store_visits
    union all
    select
        touchpoint_id,
        person_id,
        'store_assistance' as touchpoint_type,
        channel,
        'evaluation' as stage,
        case when has_assistance then 'HELPED' else 'NOT_HELPED' end as outcome,
        touched_at
    from store_visits

),

classified as (

    select
        {{ surrogate_key(['all_touchpoints.touchpoint_type', 'all_touchpoints.touchpoint_id']) }}
            as touchpoint_outcome_id,

        all_touchpoints.touchpoint_id,
        all_touchpoints.person_id,

        all_touchpoints.touchpoint_type,
        all_touchpoints.channel,
        all_touchpoints.stage,
        all_touchpoints.outcome,
        outcomes.quality,
        outcomes.signal,
        outcomes.observation_days,

        all_touchpoints.touched_at
    from all_touchpoints
    inner join outcomes
        on
            all_touchpoints.touchpoint_type = outcomes.touchpoint_type
            and all_touchpoints.outcome = outcomes.outcome

)

select * from classified
