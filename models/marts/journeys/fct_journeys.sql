with

journeys as (

    select * from {{ ref('int_journeys__cut') }}

),

orders as (

    select
        order_id,
        net_revenue
    from {{ ref('int_orders__valued') }}

),

stages as (

    select
        stage,
        stage_order
    from {{ ref('journey_stages') }}

),

-- Today, as far as the data goes.
newest as (

    select max(last_touched_at) as newest_touched_at
    from journeys

),

outcomes as (

    select
        journeys.*,
        {{ journey_outcome('journeys', 'newest') }} as outcome
    from journeys
    cross join newest

),

fct_journeys as (

    select
        outcomes.journey_id,

        outcomes.person_id,
        outcomes.order_id,
        outcomes.first_touchpoint_id,

        outcomes.journey_number,
        outcomes.outcome,
        {{ local_date('outcomes.started_at') }} as started_date,
        case
            when outcomes.outcome <> 'open' then {{ local_date('outcomes.last_touched_at') }}
        end as ended_date,
        nullif({{ list_text('outcomes.path_channels', ' > ') }}, '') as path,
        nullif(
            {{ list_text(list_without_repeats('outcomes.path_channels'), ' > ') }}, ''
        ) as exposure_path,
        {{ list_element('outcomes.path_channels', '1') }} as first_channel,
        {{ list_element('outcomes.path_channels', list_length('outcomes.path_channels')) }}
            as last_channel,
        stages.stage as max_stage,

        orders.net_revenue,
        outcomes.touchpoints as touchpoint_count,
        outcomes.excluded_touchpoints as excluded_touchpoint_count,
        outcomes.inbound_touchpoints as inbound_touchpoint_count,
        outcomes.offline_touchpoints as offline_touchpoint_count,
        outcomes.sessions as session_count,
        cast({{ list_distinct_length('outcomes.path_channels') }} as bigint) as channel_count,
        outcomes.all_path_entries as path_entry_count,
        cast({{ list_length('outcomes.path_channels') }} as bigint) as path_length,
        outcomes.research_touchpoints as research_depth,
        {{ hours_between('outcomes.started_at', 'outcomes.last_touched_at') }} as duration_hours,

        outcomes.touchpoints = 0 as is_excluded,
        outcomes.all_path_entries > {{ var('max_path_touchpoints') }} as is_path_capped,

        outcomes.started_at,
        outcomes.first_researched_at,
        outcomes.last_inbound_at,
        outcomes.last_touched_at,
        case when outcomes.outcome <> 'open' then outcomes.last_touched_at end as ended_at
    from outcomes
    left join orders
        on outcomes.order_id = orders.order_id
    left join stages
        on outcomes.max_stage_order = stages.stage_order

)

select * from fct_journeys
