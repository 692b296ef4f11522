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
        *,
        {{ exclusion_reason(['test', 'internal', 'bot', 'machine']) }} as exclusion_reason,
        {{ exclusion_reason(['test', 'internal', 'bot', 'machine']) }} is not null as is_excluded
    from all_touchpoints

)

select * from touchpoints
