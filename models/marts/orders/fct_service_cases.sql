with

contacts as (

    select * from {{ ref('stg_crm__contacts') }}

),

identifiers as (

    select * from {{ ref('int_identifiers__resolved') }}

),

tickets as (

    select
        *,
        coalesce(
            {{ identifier_id('contact', 'contact_id') }},
            {{ identifier_id('order', 'order_id') }}
        ) as identifier_id
    from {{ ref('stg_crm__tickets') }}

),

tickets_of_person as (

    select
        tickets.*,
        coalesce(identifiers.person_id, tickets.identifier_id) as person_id,
        coalesce(contacts.is_internal, false) as is_internal,
        coalesce(contacts.is_test, false) as is_test
    from tickets
    left join identifiers
        on tickets.identifier_id = identifiers.identifier_id
    left join contacts
        on tickets.contact_id = contacts.contact_id

),

numbered as (

    select
        *,
        row_number() over in_time as case_number,
        lag(ticket_id) over in_time as previous_ticket_id,
        lag(created_at) over in_time as previous_created_at,
        lead(created_at) over in_time as next_created_at
    from tickets_of_person
    window in_time as (
        partition by coalesce(person_id, ticket_id)
        order by created_at, ticket_id
    )

),

service_cases as (

    select
        ticket_id as service_case_id,

        person_id,
        order_id,
        previous_ticket_id as previous_service_case_id,

        ticket_category as category,
        ticket_priority as priority,
        ticket_source as source,
        created_date as opened_date,

        cast(case_number as bigint) as case_number,
        {{ local_hour('created_at') }} as opened_hour,
        {{ weekday_of('created_date') }} as opened_weekday,
        first_reply_seconds,
        resolution_seconds,

        is_closed,
        coalesce(
            {{ seconds_between('previous_created_at', 'created_at') }}
            <= {{ var('repeat_contact_days') }} * 86400,
            false
        ) as is_repeat_contact,
        coalesce(
            {{ seconds_between('created_at', 'next_created_at') }}
            <= {{ var('repeat_contact_days') }} * 86400,
            false
        ) as has_repeat_contact,
        is_internal,
        is_test,
        {{ exclusion_reason(['test', 'internal']) }} as exclusion_reason,
        exclusion_reason is not null as is_excluded,

        created_at as opened_at,
        first_replied_at,
        closed_at
    from numbered

)

select * from service_cases
