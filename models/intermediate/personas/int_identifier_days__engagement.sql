{{ config(**by_day(**touchpoint_days())) }}

with

touchpoints as (

    select
        *,
        case when touchpoint_type = 'session' then session_id end as own_session_id
    from {{ ref('int_touchpoints__unioned') }}
    where
        {{ in_rebuilt_days() }}
        and is_by_day
        and identifier_id is not null
        and not is_excluded

),

sessions as (

    select *
    from {{ ref('int_web_sessions__classified') }}
    where {{ in_rebuilt_days() }}

),

roles as (

    select * from {{ ref('touchpoint_roles') }}

),

described as (

    select
        touchpoints.*,
        roles.role,
        coalesce(roles.is_answer_seen, false) as is_answer_seen,
        sessions.device_category,
        coalesce(sessions.engaged, false) as is_engaged
    from touchpoints
    left join roles
        on touchpoints.touchpoint_type = roles.touchpoint_type
    left join sessions
        on touchpoints.own_session_id = sessions.session_id

),

identifier_days as (

    select
        {{ surrogate_key(['identifier_id', 'event_day', 'touched_date', 'channel']) }}
            as identifier_day_id,

        identifier_id,

        channel,
        touched_date,

        {{ touchpoint_counts() }},

        max(_loaded_at) as _loaded_at,
        event_day
    from described
    group by identifier_id, event_day, touched_date, channel

)

select * from identifier_days
