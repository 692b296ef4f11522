-- A cookie or a login that raw knows only from events whose visitors refused analytics has no
-- session and no person.
with

raw_events as (

    select
        stream_id,
        user_pseudo_id,
        user_id,
        coalesce({{ consent('privacy_info.analytics_storage') }}, true)
        and not coalesce({{ consent('privacy_info.uses_transient_token') }}, false) as is_allowed
    from {{ source('ga4', 'event') }}

),

refused_devices as (

    select {{ identifier_id('device', device_value('stream_id', 'user_pseudo_id')) }} as device_id
    from raw_events
    where user_pseudo_id is not null
    group by stream_id, user_pseudo_id
    having not bool_or(is_allowed)

),

refused_logins as (

    select user_id
    from raw_events
    where user_id is not null
    group by user_id
    having not bool_or(is_allowed)

)

select sessions.session_id as record_id
from {{ ref('int_web_sessions__classified') }} as sessions
semi join refused_devices
    on sessions.device_identifier_id = refused_devices.device_id

union all

select sessions.session_id as record_id
from {{ ref('int_web_sessions__classified') }} as sessions
semi join refused_logins
    on sessions.user_id = refused_logins.user_id

union all

select identifiers.identifier_id as record_id
from {{ ref('int_identifiers__resolved') }} as identifiers
semi join refused_devices
    on identifiers.identifier_id = refused_devices.device_id
