{{ config(**by_key('journey_id', 'int_journeys__valued', 'journey_fingerprint')) }}

with

journeys as (

    select * from {{ ref('int_journeys__segmented') }}
    where {{ in_changed_keys() }}

),

valued as (

    select * from {{ ref('int_journeys__valued') }}

),

stages as (

    select * from {{ ref('journey_stages') }}

),

-- Joining the loyalty programme does not lead to an order: it comes with one or after it.
excluded as (

    select
        journey_id,
        case
            when touchpoints = 0 then 'all_touchpoints_excluded'
            when touchpoints = {{
                list_length(
                    list_filter('path_touchpoints', "element.touchpoint_type = 'loyalty_enrol'")
                )
            }} then 'only_joined_loyalty'
        end as exclusion_reason
    from journeys

),

concluded as (

    select
        journeys.journey_id,

        journeys.person_id,
        journeys.order_id,
        journeys.first_touchpoint_id,

        journeys.journey_number,
        valued.outcome,
        {{ local_date('journeys.started_at') }} as started_date,
        case
            when valued.outcome <> 'open' then {{ local_date('journeys.last_touched_at') }}
        end as ended_date,
        nullif({{ list_text('journeys.path_channels', ' > ') }}, '') as path,
        nullif(
            {{ list_text(list_without_repeats('journeys.path_channels'), ' > ') }}, ''
        ) as exposure_path,
        {{ list_element('journeys.path_channels', '1') }} as first_channel,
        {{ list_element('journeys.path_channels', list_length('journeys.path_channels')) }}
            as last_channel,
        stages.stage as max_stage,

        valued.net_revenue,
        journeys.touchpoints as touchpoint_count,
        journeys.excluded_touchpoints as excluded_touchpoint_count,
        journeys.inbound_touchpoints as inbound_touchpoint_count,
        journeys.offline_touchpoints as offline_touchpoint_count,
        journeys.sessions as session_count,
        cast({{ list_distinct_length('journeys.path_channels') }} as bigint) as channel_count,
        journeys.all_path_touchpoints as path_touchpoint_count,
        cast({{ list_length('journeys.path_channels') }} as bigint) as path_length,
        journeys.research_touchpoints as research_depth,
        {{ hours_between('journeys.started_at', 'journeys.last_touched_at') }} as duration_hours,

        excluded.exclusion_reason,
        excluded.exclusion_reason is not null as is_excluded,
        journeys.all_path_touchpoints > {{ var('max_path_touchpoints') }} as is_path_capped,

        journeys.started_at,
        journeys.first_researched_at,
        journeys.last_inbound_at,
        journeys.last_touched_at,
        case when valued.outcome <> 'open' then journeys.last_touched_at end as ended_at,

        valued.journey_fingerprint
    from journeys
    inner join valued
        on journeys.journey_id = valued.journey_id
    inner join excluded
        on journeys.journey_id = excluded.journey_id
    left join stages
        on journeys.max_stage_order = stages.stage_order

)

select * from concluded
