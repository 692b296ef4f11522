{{ config(**by_key(
    'person_id', 'int_persons__fingerprinted', 'person_fingerprint', one_of_each='is_newest'
)) }}

with

touchpoints as (

    select * from {{ ref('int_journey_touchpoints__numbered') }}
    where {{ in_changed_keys() }}

),

stages as (

    select * from {{ ref('journey_stages') }}

),

grouped as (

    select
        touchpoints.journey_id,

        touchpoints.person_id,
        max(case when touchpoints.is_conversion then touchpoints.order_id end) as order_id,
        max(case when touchpoints.position = 1 then touchpoints.touchpoint_id end)
            as first_touchpoint_id,

        touchpoints.journey_number,
        {{
            list_tail(
                sorted_list(
                    struct_of([
                        ('touched_at', 'touchpoints.sequenced_at'),
                        ('source_priority', 'touchpoints.source_priority'),
                        ('touchpoint_id', 'touchpoints.touchpoint_id'),
                        ('touchpoint_type', 'touchpoints.touchpoint_type'),
                        ('channel', 'touchpoints.channel'),
                        ('session_id', 'touchpoints.session_id'),
                    ]),
                    'touchpoints.is_path_touchpoint'
                ),
                var('max_path_touchpoints')
            )
        }} as path_touchpoints,
        cast(max(case when touchpoints.is_inbound then stages.stage_order end) as integer)
            as max_stage_order,

        count(*) filter (where not touchpoints.is_excluded) as touchpoints,
        count(*) filter (where touchpoints.is_excluded) as excluded_touchpoints,
        count(*) filter (where touchpoints.is_inbound) as inbound_touchpoints,
        count(*) filter (
            where touchpoints.environment = 'offline' and not touchpoints.is_excluded
        ) as offline_touchpoints,
        count(*) filter (where touchpoints.is_research) as research_touchpoints,
        count(*) filter (
            where touchpoints.touchpoint_type = 'session' and not touchpoints.is_excluded
        ) as sessions,
        count(*) filter (where touchpoints.is_path_touchpoint) as all_path_touchpoints,

        min(touchpoints.sequenced_at) as started_at,
        min(case when touchpoints.is_research then touchpoints.sequenced_at end)
            as first_researched_at,
        max(case when touchpoints.is_conversion then touchpoints.sequenced_at end)
            as converted_at,
        max(case when touchpoints.is_inbound then touchpoints.sequenced_at end)
            as last_inbound_at,
        max(touchpoints.sequenced_at) as last_touched_at,

        touchpoints.person_fingerprint
    from touchpoints
    left join stages
        on touchpoints.stage = stages.stage
    group by
        touchpoints.journey_id,
        touchpoints.person_id,
        touchpoints.journey_number,
        touchpoints.person_fingerprint

),

-- A path reaches back from the conversion or, without one, from its own last touchpoint.
with_path_starts as (

    select
        *,
        coalesce(
            converted_at,
            {{ list_element('path_touchpoints', list_length('path_touchpoints')) }}.touched_at
        ) - interval {{ var('attribution_lookback_days') }} day as path_starts_at
    from grouped

),

journeys as (

    select
        journey_id,

        person_id,
        order_id,
        first_touchpoint_id,

        journey_number,
        journey_number = max(journey_number) over (partition by person_id) as is_newest,
        path_touchpoints,
        {{
            list_transform(
                list_filter('path_touchpoints', 'element.touched_at >= path_starts_at'),
                'element.channel'
            )
        }} as path_channels,
        max_stage_order,

        touchpoints,
        excluded_touchpoints,
        inbound_touchpoints,
        offline_touchpoints,
        research_touchpoints,
        sessions,
        all_path_touchpoints,

        started_at,
        first_researched_at,
        path_starts_at,
        converted_at,
        last_inbound_at,
        last_touched_at,

        person_fingerprint
    from with_path_starts

)

select * from journeys
