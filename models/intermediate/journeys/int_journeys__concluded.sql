{{ config(**incremental_where_outdated('journey_id')) }}
{%- set outdated = stale_keys(outdated_journeys(this)) %}

with

changed as (

    select *
    from (
        {{ journeys_with_outcome() }}
    ) as journeys
    {%- if is_incremental() %}
    where journey_id in (select outdated.journey_id from {{ outdated }} as outdated)
    {%- endif %}

),

stages as (

    select
        stage,
        stage_order
    from {{ ref('journey_stages') }}

),

concluded as (

    select
        changed.journey_id,

        changed.person_id,
        changed.order_id,
        changed.first_touchpoint_id,

        changed.journey_number,
        changed.outcome,
        {{ local_date('changed.started_at') }} as started_date,
        case
            when changed.outcome <> 'open' then {{ local_date('changed.last_touched_at') }}
        end as ended_date,
        nullif({{ list_text('changed.path_channels', ' > ') }}, '') as path,
        nullif(
            {{ list_text(list_without_repeats('changed.path_channels'), ' > ') }}, ''
        ) as exposure_path,
        {{ list_element('changed.path_channels', '1') }} as first_channel,
        {{ list_element('changed.path_channels', list_length('changed.path_channels')) }}
            as last_channel,
        stages.stage as max_stage,

        changed.net_revenue,
        changed.touchpoints as touchpoint_count,
        changed.excluded_touchpoints as excluded_touchpoint_count,
        changed.inbound_touchpoints as inbound_touchpoint_count,
        changed.offline_touchpoints as offline_touchpoint_count,
        changed.sessions as session_count,
        cast({{ list_distinct_length('changed.path_channels') }} as bigint) as channel_count,
        changed.all_path_touchpoints as path_touchpoint_count,
        cast({{ list_length('changed.path_channels') }} as bigint) as path_length,
        changed.research_touchpoints as research_depth,
        {{ hours_between('changed.started_at', 'changed.last_touched_at') }} as duration_hours,

        -- Joining the loyalty programme is no way to an order: it comes with one, or after it.
        changed.touchpoints = {{
            list_length(
                list_filter('changed.path_touchpoints', "element.touchpoint_type = 'loyalty_enrol'")
            )
        }} as is_excluded,
        changed.all_path_touchpoints > {{ var('max_path_touchpoints') }} as is_path_capped,

        changed.started_at,
        changed.first_researched_at,
        changed.last_inbound_at,
        changed.last_touched_at,
        case when changed.outcome <> 'open' then changed.last_touched_at end as ended_at,

        changed.build_number
    from changed
    left join stages
        on changed.max_stage_order = stages.stage_order

)

select * from concluded
