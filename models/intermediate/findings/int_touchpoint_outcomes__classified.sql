-- Touchpoints whose outcome a source records: what it was, and whether it is better or worse than
-- expected (seed touchpoint_outcomes). An outcome that occurs several times in one session counts
-- once.
with

outcomes as (

    select * from {{ ref('touchpoint_outcomes') }}

),

touchpoints as (

    select
        touchpoint_id,
        person_id,
        session_id,
        source_key,
        touchpoint_type,
        channel,
        direction,
        stage,
        sentiment,
        touched_at,
        touched_date
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
        coalesce(
            first_reply_seconds > {{ var('slow_reply_hours') }} * 3600,
            not is_closed
        ) as is_slow
    from {{ ref('stg_crm__tickets') }}

),

fulfillments as (

    select
        fulfillment_id,
        coalesce(is_late, false) as is_late,
        coalesce(ready_at > promised_at, false) as is_ready_late,
        coalesce(
            2 * {{ seconds_between('created_at', 'ready_at') }}
            <= {{ seconds_between('created_at', 'promised_at') }},
            false
        ) as is_ready_early
    from {{ ref('stg_store__fulfillments') }}

),

searches_without_results as (

    {{ searches_without_results() }}

),

conversations as (

    select
        touchpoints.touchpoint_id,
        touchpoints.person_id,
        touchpoints.touchpoint_type,
        touchpoints.channel,
        touchpoints.stage,
        engagements.outcome,
        touchpoints.touched_at
    from touchpoints
    left join engagements
        on touchpoints.source_key = engagements.engagement_id
    where
        touchpoints.touchpoint_type in ('call', 'chat', 'fax', 'meeting', 'event_attendance')
        and touchpoints.direction = 'inbound'

),

calls_and_chats as (

    select *
    from conversations
    where touchpoint_type in ('call', 'chat')

),

-- Attendants of events are compared with people who speak with the shop in another way: all of
-- them are known by name, whether they order or not.
event_attendances as (

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
    from conversations

),

tickets_opened as (

    select
        touchpoints.touchpoint_id,
        touchpoints.person_id,
        touchpoints.touchpoint_type,
        touchpoints.channel,
        touchpoints.stage,
        case when tickets.is_slow then 'SLOW' else 'IN_TIME' end as outcome,
        touchpoints.touched_at
    from touchpoints
    inner join tickets
        on touchpoints.source_key = tickets.ticket_id
    where touchpoints.touchpoint_type = 'ticket'

),

-- A visit in which one search found nothing counts so, whatever the others found.
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
        case
            when count(case when touchpoint_type = 'payment_failure' then 1 end) > 0 then 'REFUSED'
            else 'NOT_REFUSED'
        end as outcome,
        min(touched_at) as touched_at
    from touchpoints
    where touchpoint_type in ('checkout_payment', 'payment_failure')
    group by person_id, session_id

),

orders_received as (

    select
        touchpoints.touchpoint_id,
        touchpoints.person_id,
        touchpoints.touchpoint_type,
        touchpoints.channel,
        touchpoints.stage,
        case
            when touchpoints.touchpoint_type = 'order_delivery' and fulfillments.is_late then 'LATE'
            when touchpoints.touchpoint_type = 'order_delivery' then 'ON_TIME'
            when fulfillments.is_ready_late then 'LATE'
            when fulfillments.is_ready_early then 'EARLY'
            else 'ON_TIME'
        end as outcome,
        touchpoints.touched_at
    from touchpoints
    inner join fulfillments
        on touchpoints.source_key = fulfillments.fulfillment_id
    where touchpoints.touchpoint_type in ('order_delivery', 'order_pickup')

),

opinions as (

    select
        touchpoint_id,
        person_id,
        touchpoint_type,
        channel,
        stage,
        case
            when sentiment < -cast({{ var('neutral_sentiment') }} as decimal(5, 4)) then 'NEGATIVE'
            else 'OTHER'
        end as outcome,
        touched_at
    from touchpoints
    where
        touchpoint_type in ('review', 'survey_nps', 'survey_csat', 'survey_ces')
        and sentiment is not null

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
        touchpoints.person_id,
        min(touchpoints.touchpoint_id) as touchpoint_id,
        min(touchpoints.channel) as channel,
        count(*) filter (where touchpoints.touchpoint_type = 'store_demo') as demos,
        count(*) filter (where touchpoints.touchpoint_type = 'store_assistance') as assistances,
        min(touchpoints.touched_at) as touched_at
    from touchpoints
    left join errands
        on
            touchpoints.person_id = errands.person_id
            and touchpoints.touched_date = errands.touched_date
    where
        touchpoints.touchpoint_type in ('store_visit', 'store_demo', 'store_assistance')
        and errands.person_id is null
    group by touchpoints.source_key, touchpoints.person_id

),

store_demos as (

    select
        touchpoint_id,
        person_id,
        'store_demo' as touchpoint_type,
        channel,
        'evaluation' as stage,
        case when demos > 0 then 'TRIED' else 'NOT_TRIED' end as outcome,
        touched_at
    from store_visits

),

store_assistances as (

    select
        touchpoint_id,
        person_id,
        'store_assistance' as touchpoint_type,
        channel,
        'evaluation' as stage,
        case when assistances > 0 then 'HELPED' else 'NOT_HELPED' end as outcome,
        touched_at
    from store_visits

),

all_touchpoints as (

    select * from calls_and_chats
    union all
    select * from event_attendances
    union all
    select * from tickets_opened
    union all
    select * from searches
    union all
    select * from payments
    union all
    select * from orders_received
    union all
    select * from opinions
    union all
    select * from store_demos
    union all
    select * from store_assistances

),

judged as (

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

select * from judged
