{{ config(materialized='view') }}

with

types as (

    select *
    from {{ ref('touchpoint_types') }}
    where source_system = 'crm'

),

contacts as (

    select * from {{ ref('stg_crm__contacts') }}

),

engagements as (

    select * from {{ ref('stg_crm__engagements') }}

),

engagement_contacts as (

    select * from {{ ref('stg_crm__engagement_contacts') }}

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

-- An engagement without known participants keeps one row without a person.
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
        on engagements.touchpoint_type = types.touchpoint_type
    left join engagement_contacts
        on engagements.engagement_id = engagement_contacts.engagement_id

),

-- A person takes part by writing, by answering a call, or in a meeting that took place. A meeting
-- in a store enters the path by the store visit that was counted.
participated as (

    select
        participations.engagement_id,
        participations.contact_id,
        participations.campaign_id,

        participations.touchpoint_type,
        participations.direction,

        participations.duration_seconds,

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

        participations.engaged_at,
        participations.engaged_date,

        participations._loaded_at
    from participations
    left join contacts
        on participations.contact_id = contacts.contact_id
    left join appointments_kept
        on
            contacts.email_hash = appointments_kept.email_hash
            and participations.engaged_date = appointments_kept.visit_date

)

select * from participated
