{{ config(
    post_hook="{{ delete_rows_of_no_journey(this) }}",
    **incremental_by_key('journey_id')
) }}

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
    from {{ ref('int_journeys__cut') }}

),

-- Only a person's newest journey can still be going on.
outcomes as (

    select
        journeys.*,
        orders.net_revenue,
        case
            when journeys.order_id is not null then 'converted'
            when
                not journeys.is_newest
                or journeys.last_touched_at
                < newest.newest_touched_at - interval {{ var('journey_inactivity_days') }} day
                then 'lost'
            else 'open'
        end as outcome
    from journeys
    cross join newest
    left join orders
        on journeys.order_id = orders.order_id

),

{% if is_incremental() -%}
-- A journey ends as time goes by, and what its order brought changes with returns.
changed as (

    select outcomes.*
    from outcomes
    left join {{ this }} as stored
        on outcomes.journey_id = stored.journey_id
    where
        stored.journey_id is null
        or stored.person_id <> outcomes.person_id
        or stored.journey_change_mark <> outcomes.journey_change_mark
        or stored.outcome <> outcomes.outcome
        or stored.net_revenue is distinct from outcomes.net_revenue

),
{%- else -%}
changed as (

    select * from outcomes

),
{%- endif %}

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
        changed.all_path_entries as path_entry_count,
        cast({{ list_length('changed.path_channels') }} as bigint) as path_length,
        changed.research_touchpoints as research_depth,
        {{ hours_between('changed.started_at', 'changed.last_touched_at') }} as duration_hours,

        changed.touchpoints = 0 as is_excluded,
        changed.all_path_entries > {{ var('max_path_touchpoints') }} as is_path_capped,

        changed.started_at,
        changed.first_researched_at,
        changed.last_inbound_at,
        changed.last_touched_at,
        case when changed.outcome <> 'open' then changed.last_touched_at end as ended_at,

        changed.journey_change_mark
    from changed
    left join stages
        on changed.max_stage_order = stages.stage_order

)

select * from concluded
