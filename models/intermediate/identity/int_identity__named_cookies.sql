with

sessions as (

    select * from {{ ref('int_web_sessions__classified') }}

),

contact_identities as (

    select * from {{ ref('stg_crm__contact_identities') }}

),

erasure_requests as (

    select * from {{ ref('stg_privacy__erasure_requests') }}

),

named as (

    select user_pseudo_id
    from contact_identities
    where user_pseudo_id is not null
    union
    select user_pseudo_id
    from erasure_requests
    where user_pseudo_id is not null

),

named_cookies as (

    select distinct
        sessions.device_identifier_id as device_id,

        sessions.user_pseudo_id
    from sessions
    inner join named
        on sessions.user_pseudo_id = named.user_pseudo_id

)

select * from named_cookies
