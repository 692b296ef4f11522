{{ config(materialized='view') }}

with

entries as (

    select * from {{ ref('int_path_entries__selected') }}
    where order_id is not null

),

touchpoints as (

    select
        touchpoint_id,
        campaign_id,
        campaign
    from {{ ref('int_touchpoints__unioned') }}
    where is_path_entry

),

campaign_names as (

    select * from {{ ref('int_campaign_names__resolved') }}

),

placed as (

    select
        *,
        max(case when channel <> 'Direct' then position end) over entries_of_order
            as last_non_direct_position,
        max(touched_at) over entries_of_order as last_touched_at
    from entries
    window entries_of_order as (partition by order_id)

),

weighed as (

    select
        placed.order_id,
        placed.touchpoint_id,

        coalesce(touchpoints.campaign_id, campaign_names.campaign_id) as campaign_id,

        placed.channel,

        placed.position,
        placed.path_length,
        placed.last_non_direct_position,
        {{ decay_weight('placed.touched_at', 'placed.last_touched_at') }} as decay_weight,

        placed.touched_at
    from placed
    left join touchpoints
        on placed.touchpoint_id = touchpoints.touchpoint_id
    left join campaign_names
        on
            touchpoints.campaign_id is null
            and touchpoints.campaign = campaign_names.campaign

)

select * from weighed
