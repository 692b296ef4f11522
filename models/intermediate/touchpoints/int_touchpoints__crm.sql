with

types as (

    select * from {{ ref('touchpoint_types') }}

),

persons_in_crm as (

    select * from {{ ref('stg_crm__contacts') }}

),

participations as (

    select * from {{ ref('int_crm_engagements__participated') }}

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

participants as (

    select
        {{ touchpoint_id('crm.engagement', ['engagement_id', 'contact_id']) }} as touchpoint_id,
        'crm.engagement' as source_table,
        engagement_id as source_key,
        contact_id,
        cast(null as string) as order_id,
        campaign_id,
        touchpoint_type,
        direction,
        cast(null as decimal(5, 4)) as sentiment,
        duration_seconds as dwell_seconds,
        engaged_at as touched_at,
        is_path_touchpoint,
        _loaded_at
    from participations

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

    select * from participants
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
