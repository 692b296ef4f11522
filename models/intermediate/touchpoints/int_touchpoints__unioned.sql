{{ config(materialized='view') }}

with

-- Whether its model is built by day stands with each, so that a condition on it leaves whole tables
-- unread.
all_touchpoints as (

    select
        *,
        true as is_by_day
    from {{ ref('int_touchpoints__email') }}
    union all
    select
        *,
        false as is_by_day
    from {{ ref('int_touchpoints__crm') }}
    union all
    select
        *,
        true as is_by_day
    from {{ ref('int_touchpoints__store_visits') }}
    union all
    select
        *,
        true as is_by_day
    from {{ ref('int_touchpoints__loyalty') }}
    union all
    select
        *,
        false as is_by_day
    from {{ ref('int_touchpoints__shop') }}
    union all
    select
        *,
        true as is_by_day
    from {{ ref('int_touchpoints__social') }}
    union all
    select
        *,
        false as is_by_day
    from {{ ref('int_touchpoints__reviews') }}
    union all
    select
        *,
        true as is_by_day
    from {{ ref('int_touchpoints__web') }}

),

touchpoints as (

    select
        touchpoint_id,
        identifier_id,
        session_id,
        campaign_id,
        campaign,
        product_id,
        order_id,
        location_id,
        source_system,
        source_table,
        source_key,
        touchpoint_type,
        channel,
        direction,
        sentiment,
        dwell_seconds,
        touched_at,
        touched_date,
        is_path_touchpoint,
        is_bot,
        is_machine,
        is_internal,
        is_test,
        {{ exclusion_reason(['test', 'internal', 'bot', 'machine']) }} as exclusion_reason,
        exclusion_reason is not null as is_excluded,
        is_by_day,
        _loaded_at,
        event_day
    from all_touchpoints

)

select * from touchpoints
