{{ config(materialized=view_or_table()) }}

with

touchpoints as (

    select * from {{ ref('int_touchpoints__identity_resolved') }}

),

campaign_names as (

    select * from {{ ref('int_campaign_names__resolved') }}

),

fct_touchpoints as (

    select
        touchpoints.touchpoint_id,

        touchpoints.person_id,
        touchpoints.identifier_id,
        touchpoints.session_id,
        coalesce(touchpoints.campaign_id, campaign_names.campaign_id) as campaign_id,
        touchpoints.product_id,
        touchpoints.order_id,
        touchpoints.location_id,

        touchpoints.source_system,
        touchpoints.source_table,
        touchpoints.source_key,
        touchpoints.touchpoint_type,
        touchpoints.channel,
        touchpoints.environment,
        touchpoints.medium_class,
        touchpoints.direction,
        touchpoints.ownership,
        touchpoints.stage,
        touchpoints.touched_date,

        touchpoints.source_priority,
        {{ local_hour('touchpoints.touched_at') }} as touched_hour,
        {{ weekday_of('touchpoints.touched_date') }} as touched_weekday,
        touchpoints.dwell_seconds,
        touchpoints.sentiment,

        touchpoints.is_path_touchpoint,
        touchpoints.is_retargeting,
        touchpoints.is_bot,
        touchpoints.is_machine,
        touchpoints.is_internal,
        touchpoints.is_test,
        touchpoints.exclusion_reason,
        touchpoints.is_excluded,

        touchpoints.touched_at
    from touchpoints
    left join campaign_names
        on
            case when touchpoints.campaign_id is null then touchpoints.campaign end
            = campaign_names.campaign

)

select * from fct_touchpoints
