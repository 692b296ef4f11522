with

types as (

    select * from {{ ref('touchpoint_types') }}

),

persons_in_crm as (

    select
        contact_id,
        email_hash,
        is_internal,
        is_test
    from {{ ref('stg_crm__contacts') }}

),

engagements as (

    select * from {{ ref('stg_crm__engagements') }}

),

engagement_contacts as (

    select * from {{ ref('stg_crm__engagement_contacts') }}

),

tickets as (

    select * from {{ ref('stg_crm__tickets') }}

),

feedback_submissions as (

    select * from {{ ref('stg_crm__feedback_submissions') }}

),

form_submissions as (

    select * from {{ ref('stg_crm__contact_form_submissions') }}

),

event_attendances as (

    select * from {{ ref('stg_crm__event_attendances') }}

),

appointments_kept as (

    select distinct
        email_hash,
        visit_date
    from {{ ref('stg_store__visits') }}
    where email_hash is not null

),

-- A note is written for colleagues: it is no touchpoint.
engagements_with_persons as (

    select
        *,
        {{ engagement_touchpoint_type('engagement_type') }} as touchpoint_type,
        coalesce(
            {{ known_direction('direction') }},
            case when engagement_type = 'EMAIL' then 'outbound' end
        ) as known_direction
    from engagements
    where engagement_type <> 'NOTE'

),

-- One row per participant; an engagement without known participants keeps one row without a
-- person.
participations as (

    select
        engagements.engagement_id,
        engagement_contacts.contact_id,
        engagements.campaign_id,
        engagements.touchpoint_type,
        coalesce(engagements.known_direction, types.default_direction) as direction,
        upper(engagements.outcome) as outcome,
        cast(round(engagements.duration_seconds) as bigint) as duration_seconds,
        engagements.engaged_at,
        engagements.engaged_date,
        engagements._loaded_at
    from engagements_with_persons as engagements
    inner join types
        on
            engagements.touchpoint_type = types.touchpoint_type
            and types.source_system = 'crm'
    left join engagement_contacts
        on engagements.engagement_id = engagement_contacts.engagement_id

),

-- A person takes part by writing, by answering a call, or in a meeting that took place. A meeting
-- in a store enters the path by the store visit that was counted.
engagement_contacts_made as (

    select
        {{
            touchpoint_id(
                'crm.engagement',
                ['participations.engagement_id', 'participations.contact_id']
            )
        }} as touchpoint_id,
        'crm.engagement' as source_table,
        participations.engagement_id as source_key,
        participations.contact_id,
        cast(null as string) as order_id,
        participations.campaign_id,
        participations.touchpoint_type,
        participations.direction,
        cast(null as decimal(5, 4)) as sentiment,
        participations.duration_seconds as dwell_seconds,
        participations.engaged_at as touched_at,
        case
            when participations.touchpoint_type = 'call'
                then
                    participations.direction = 'inbound'
                    or coalesce(participations.outcome = 'CONNECTED', false)
            when participations.touchpoint_type = 'meeting'
                then
                    coalesce(participations.outcome = 'COMPLETED', true)
                    and appointments_kept.email_hash is null
            else participations.direction = 'inbound'
        end as is_path_touchpoint,
        participations._loaded_at
    from participations
    left join persons_in_crm
        on participations.contact_id = persons_in_crm.contact_id
    left join appointments_kept
        on
            persons_in_crm.email_hash = appointments_kept.email_hash
            and participations.engaged_date = appointments_kept.visit_date

),

touchpoint_days as (

    select distinct
        contact_id,
        engaged_date
    from participations
    where
        direction = 'inbound'
        and contact_id is not null

),

-- A ticket by form was opened during a visit to the site; one that follows from a call, chat or
-- message of that day is entered by it.
tickets_opened as (

    select
        {{ touchpoint_id('crm.ticket', ['tickets.ticket_id']) }} as touchpoint_id,
        'crm.ticket' as source_table,
        tickets.ticket_id as source_key,
        tickets.contact_id,
        tickets.order_id,
        cast(null as string) as campaign_id,
        'ticket' as touchpoint_type,
        cast(null as string) as direction,
        cast(null as decimal(5, 4)) as sentiment,
        cast(null as bigint) as dwell_seconds,
        tickets.created_at as touched_at,
        (
            coalesce(
                tickets.ticket_source in ('PHONE', 'CHAT', 'EMAIL', 'SOCIAL', 'STORE'),
                false
            )
            and touchpoint_days.contact_id is null
        ) as is_path_touchpoint,
        tickets._loaded_at
    from tickets
    left join touchpoint_days
        on
            tickets.contact_id = touchpoint_days.contact_id
            and tickets.created_date = touchpoint_days.engaged_date

),

-- The mean sentiment of NPS answers is the NPS: promoters count 1, passives 0, detractors -1.
surveys_answered as (

    select
        {{
            touchpoint_id('crm.feedback_submission', ['feedback_submission_id'])
        }} as touchpoint_id,
        'crm.feedback_submission' as source_table,
        feedback_submission_id as source_key,
        contact_id,
        order_id,
        cast(null as string) as campaign_id,
        'survey_' || lower(survey_type) as touchpoint_type,
        cast(null as string) as direction,
        case
            when survey_type = 'NPS'
                then
                    cast(
                        case {{ nps_class('score') }}
                            when 'promoter' then 1
                            when 'passive' then 0
                            when 'detractor' then -1
                        end as decimal(5, 4)
                    )
            when survey_type = 'CSAT' then {{ sentiment_of_score('score', '1', '5') }}
            when survey_type = 'CES' then {{ sentiment_of_score('score', '1', '7') }}
        end as sentiment,
        cast(null as bigint) as dwell_seconds,
        submitted_at as touched_at,
        false as is_path_touchpoint,
        _loaded_at
    from feedback_submissions

),

forms_received as (

    select
        {{
            touchpoint_id('crm.contact_form_submission', ['form_submission_id'])
        }} as touchpoint_id,
        'crm.contact_form_submission' as source_table,
        form_submission_id as source_key,
        contact_id,
        cast(null as string) as order_id,
        cast(null as string) as campaign_id,
        'form_submission' as touchpoint_type,
        cast(null as string) as direction,
        cast(null as decimal(5, 4)) as sentiment,
        cast(null as bigint) as dwell_seconds,
        submitted_at as touched_at,
        false as is_path_touchpoint,
        _loaded_at
    from form_submissions

),

events_attended as (

    select
        {{ touchpoint_id('crm.event_attendance', ['event_attendance_id']) }} as touchpoint_id,
        'crm.event_attendance' as source_table,
        event_attendance_id as source_key,
        contact_id,
        cast(null as string) as order_id,
        cast(null as string) as campaign_id,
        'event_attendance' as touchpoint_type,
        cast(null as string) as direction,
        cast(null as decimal(5, 4)) as sentiment,
        cast(null as bigint) as dwell_seconds,
        attended_at as touched_at,
        true as is_path_touchpoint,
        _loaded_at
    from event_attendances

),

recorded as (

    select * from engagement_contacts_made
    union all
    select * from tickets_opened
    union all
    select * from surveys_answered
    union all
    select * from forms_received
    union all
    select * from events_attended

),

touchpoints as (

    select
        recorded.touchpoint_id,

        coalesce(
            {{ identifier_id('contact', 'recorded.contact_id') }},
            {{ identifier_id('order', 'recorded.order_id') }}
        ) as identifier_id,
        cast(null as string) as session_id,
        recorded.campaign_id,
        cast(null as string) as campaign,
        cast(null as string) as product_id,
        recorded.order_id,
        cast(null as string) as location_id,

        types.source_system,
        recorded.source_table,
        recorded.source_key,
        recorded.touchpoint_type,
        types.default_channel as channel,
        coalesce(recorded.direction, types.default_direction) as direction,

        recorded.sentiment,
        recorded.dwell_seconds,

        recorded.touched_at,
        {{ local_date('recorded.touched_at') }} as touched_date,

        recorded.is_path_touchpoint,
        false as is_bot,
        false as is_machine,
        coalesce(persons_in_crm.is_internal, false) as is_internal,
        coalesce(persons_in_crm.is_test, false) as is_test,

        recorded._loaded_at,
        cast(recorded.touched_at as date) as event_day
    from recorded
    inner join types
        on recorded.touchpoint_type = types.touchpoint_type
    left join persons_in_crm
        on recorded.contact_id = persons_in_crm.contact_id

)

select * from touchpoints
