with

contacts as (

    select * from {{ ref('stg_crm__contacts') }}

),

identifiers as (

    select * from {{ ref('int_identifiers__resolved') }}

),

answers as (

    select
        *,
        coalesce(
            {{ identifier_id('contact', 'contact_id') }},
            {{ identifier_id('order', 'order_id') }}
        ) as identifier_id
    from {{ ref('stg_crm__feedback_submissions') }}

),

survey_responses as (

    select
        answers.feedback_submission_id as survey_response_id,

        coalesce(identifiers.person_id, answers.identifier_id) as person_id,
        answers.order_id,

        answers.survey_type,
        answers.asked_touchpoint_type,
        case when answers.survey_type = 'NPS' then {{ nps_class('answers.score') }} end
            as nps_class,
        answers.submitted_date,

        answers.score,
        round(
            case answers.survey_type
                when 'NPS' then (answers.score - 5) / 5
                when 'CSAT' then (answers.score - 3) / 2
                when 'CES' then (answers.score - 4) / 3
            end,
            4
        ) as score_scaled,

        case when answers.survey_type = 'CSAT' then answers.score >= 4 end as is_csat_positive,
        coalesce(trim(answers.body), '') <> '' as has_comment,
        coalesce(contacts.is_internal, false) as is_internal,
        coalesce(contacts.is_test, false) as is_test,
        {{ exclusion_reason(['test', 'internal'], 'contacts') }} as exclusion_reason,
        exclusion_reason is not null as is_excluded,

        answers.submitted_at
    from answers
    left join identifiers
        on answers.identifier_id = identifiers.identifier_id
    left join contacts
        on answers.contact_id = contacts.contact_id

)

select * from survey_responses
