{{ config(materialized='view') }}

with

sessions as (

    select * from {{ ref('int_web_sessions__classified') }}

),

numbered as (

    select
        *,
        1 as part_number
    from sessions
    union all
    select
        *,
        2 as part_number
    from sessions
    where second_part_id is not null

),

parts as (

    select
        case part_number when 1 then session_id else second_part_id end as session_part_id,
        session_id,
        case part_number when 1 then second_part_user_id end as following_user_id,
        device_identifier_id,
        campaign_id,

        campaign,
        channel,
        device_category,

        part_number,

        is_bounce,
        is_bot,
        is_internal,
        is_excluded,

        started_date,

        _loaded_at,
        event_day
    from numbered

)

select * from parts
