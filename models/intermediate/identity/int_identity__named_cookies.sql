with

web_events as (

    select * from {{ ref('stg_ga4__events') }}

),

contacts as (

    select * from {{ ref('stg_crm__contacts') }}

),

erasure_requests as (

    select * from {{ ref('stg_privacy__erasure_requests') }}

),

named as (

    select user_pseudo_id
    from contacts
    where user_pseudo_id is not null
    union
    select user_pseudo_id
    from erasure_requests
    where user_pseudo_id is not null

),

named_cookies as (

    select distinct
        {{
            identifier_id(
                'device', device_value('web_events.stream_id', 'web_events.user_pseudo_id')
            )
        }} as device_id,

        web_events.user_pseudo_id
    from web_events
    inner join named
        on web_events.user_pseudo_id = named.user_pseudo_id

)

select * from named_cookies
