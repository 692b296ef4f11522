{{ config(materialized='view') }}

with

contacts as (

    select * from {{ ref('stg_crm__contacts') }}

),

contact_identities as (

    select * from {{ ref('stg_crm__contact_identities') }}

),

customers as (

    select * from {{ ref('stg_store__customers') }}

),

erasure_requests as (

    select * from {{ ref('stg_privacy__erasure_requests') }}

),

named_cookies as (

    select * from {{ ref('int_identity__named_cookies') }}

),

identifiers as (

    select * from {{ ref('int_identifiers__summarised') }}

),

resolved as (

    select * from {{ ref('int_identifiers__resolved') }}

),

-- Consent of every record of a person counts, and every refusal until a later consent, that of an
-- earlier version too; a deleted record consents to nothing. A record's own opt-out has no end but
-- the record's own consent, since exports do not say when it changed.
consents as (

    select
        {{ identifier_id('contact', 'contact_id') }} as identifier_id,
        case when not is_deleted then marketing_consent_at end as consented_at,
        cast(null as timestamp) as refused_at,
        has_opted_out_of_email as has_opted_out
    from contacts
    union all
    select
        {{ identifier_id('contact', 'contact_id') }} as identifier_id,
        cast(null as timestamp) as consented_at,
        opted_out_of_email_at as refused_at,
        false as has_opted_out
    from contact_identities
    where opted_out_of_email_at is not null
    union all
    select
        {{ identifier_id('customer', 'customer_id') }} as identifier_id,
        case when has_marketing_consent then created_at end as consented_at,
        cast(null as timestamp) as refused_at,
        has_opted_out_of_marketing as has_opted_out
    from customers
    union all
    select
        identifier_id,
        cast(null as timestamp) as consented_at,
        last_refusal_at as refused_at,
        false as has_opted_out
    from identifiers
    where last_refusal_at is not null

),

erased_identifiers as (

    select {{ identifier_id('contact', 'contact_id') }} as identifier_id
    from erasure_requests
    union all
    select {{ identifier_id('customer', 'customer_id') }} as identifier_id
    from erasure_requests
    union all
    select {{ identifier_id('email', 'email_hash') }} as identifier_id
    from erasure_requests
    union all
    select {{ identifier_id('phone', 'phone_hash') }} as identifier_id
    from erasure_requests
    union all
    select named_cookies.device_id as identifier_id
    from erasure_requests
    inner join named_cookies
        on erasure_requests.user_pseudo_id = named_cookies.user_pseudo_id

),

records as (

    select
        *,
        false as is_erasure
    from consents
    union all
    select
        identifier_id,
        cast(null as timestamp) as consented_at,
        cast(null as timestamp) as refused_at,
        false as has_opted_out,
        true as is_erasure
    from erased_identifiers
    where identifier_id is not null

),

persons as (

    select
        coalesce(resolved.person_id, records.identifier_id) as person_id,
        max(records.consented_at) as consented_at,
        max(records.refused_at) as refused_at,
        coalesce(bool_or(records.has_opted_out), false) as has_opted_out,
        bool_or(records.is_erasure) as is_erased
    from records
    left join resolved
        on records.identifier_id = resolved.identifier_id
    group by coalesce(resolved.person_id, records.identifier_id)

),

person_consents as (

    select
        person_id,

        (
            consented_at is not null
            and not has_opted_out
            and not is_erased
            and coalesce(refused_at < consented_at, true)
        ) as may_contact,
        is_erased
    from persons

)

select * from person_consents
