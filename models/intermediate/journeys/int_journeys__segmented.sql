{{ config(
    post_hook="{{ drop_work_table(scratch_table('persons_to_segment')) }}",
    **incremental_where_outdated('journey_id')
) }}
-- depends_on: {{ ref('int_identifiers__resolved') }}
-- depends_on: {{ ref('int_touchpoints__enriched') }}
-- depends_on: {{ ref('int_touchpoints__identity_resolved') }}
-- depends_on: {{ ref('int_persons__first_ordered') }}
-- depends_on: {{ ref('int_orders__converted') }}
-- depends_on: {{ ref('int_identifier_days__summarised') }}
-- depends_on: {{ ref('int_touchpoints__fingerprinted') }}
{%- set reading = touchpoints_to_read('persons_to_segment', persons_to_segment(this)) %}
{%- set outdated = stale_keys(outdated_journeys_to_segment(this, reading.persons)) %}

with

-- Of each person one number stands for all touchpoints: where it is the stored one, nothing
-- happened.
persons as (

    select
        person_id,
        additive_fingerprint
    from {{ ref('int_persons__summarised') }}
    where touchpoints > 0

),

build as (

    select {{ build_number(this) }} as build_number

),

stages as (

    select
        stage,
        stage_order
    from {{ ref('journey_stages') }}

),

{% if is_incremental() -%}
-- Of a continued person the new days are read; whoever is not is cut anew, from the first
-- touchpoint.
touchpoints as (

    {{ touchpoints_read(reading) }}

),

continued as (

    select distinct
        person_id,
        first_new_day
    from {{ reading.persons }}
    where is_continued

),

-- The journey at whose end each of them stands; those before it stay as they are.
journeys_continued as (

    select *
    from {{ this }}
    where
        journey_id in (
            select outdated.journey_id
            from {{ outdated }} as outdated
            where outdated.is_continued
        )

),

standings as (

    select
        person_id,
        journey_number,
        order_id is not null as is_converted,
        last_touched_at,
        last_inbound_stage
    from journeys_continued

),
{%- else -%}
touchpoints as (

    select * from {{ ref('int_touchpoints__sequenced') }}

),

-- Nobody has a journey yet.
continued as (

    select
        person_id,
        event_day as first_new_day
    from touchpoints
    where false

),

standings as (

    select
        person_id,
        0 as journey_number,
        false as is_converted,
        sequenced_at as last_touched_at,
        stage as last_inbound_stage
    from touchpoints
    where false

),
{%- endif %}

with_previous as (

    select
        touchpoints.*,
        standings.journey_number as journey_number_before,
        standings.last_inbound_stage as stage_before,
        coalesce(
            lag(touchpoints.sequenced_at) over touchpoints_in_sequence, standings.last_touched_at
        ) as previous_at,
        coalesce(
            lag(touchpoints.is_conversion) over touchpoints_in_sequence, standings.is_converted
        ) as is_after_conversion
    from touchpoints
    left join standings
        on touchpoints.person_id = standings.person_id
    window touchpoints_in_sequence as (
        partition by touchpoints.person_id
        order by touchpoints.sequenced_at, touchpoints.source_priority, touchpoints.touchpoint_id
    )

),

marked as (

    select
        *,
        (
            previous_at is null
            or is_after_conversion
            or sequenced_at > previous_at + interval {{ var('journey_inactivity_days') }} day
        ) as is_first
    from with_previous

),

numbered as (

    select
        *,
        coalesce(journey_number_before, 0) + sum(case when is_first then 1 else 0 end) over (
            partition by person_id
            order by sequenced_at, source_priority, touchpoint_id
            rows between unbounded preceding and current row
        ) as journey_number
    from marked
    where {{ prevent_inlining() }}

),

-- The person's stage is that of the last touchpoint the person took part in.
inbound as (

    select
        person_id,
        journey_number,
        sequenced_at,
        source_priority,
        touchpoint_id,
        stage,
        coalesce(
            lag(stage) over (
                partition by person_id, journey_number
                order by sequenced_at, source_priority, touchpoint_id
            ),
            case when journey_number = journey_number_before then stage_before end,
            'none'
        ) <> stage as is_stage_entry
    from numbered
    where is_inbound

),

new_stages as (

    select
        inbound.person_id,
        inbound.journey_number,
        {{
            sorted_list(
                struct_of([
                    ('entered_at', 'inbound.sequenced_at'),
                    ('source_priority', 'inbound.source_priority'),
                    ('touchpoint_id', 'inbound.touchpoint_id'),
                    ('stage', 'inbound.stage'),
                ]),
                'inbound.is_stage_entry'
            )
        }} as stage_entries,
        max(stages.stage_order) as max_stage_order,
        count(*) as inbound_touchpoints,
        max(inbound.sequenced_at) as last_inbound_at
    from inbound
    left join stages
        on inbound.stage = stages.stage
    group by inbound.person_id, inbound.journey_number

),

new_touchpoints as (

    select
        person_id,
        journey_number,
        max(case when is_first then touchpoint_id end) as first_touchpoint_id,
        max(case when is_conversion then order_id end) as order_id,
        {{
            list_tail(
                sorted_list(
                    struct_of([
                        ('touched_at', 'sequenced_at'),
                        ('source_priority', 'source_priority'),
                        ('touchpoint_id', 'touchpoint_id'),
                        ('touchpoint_type', 'touchpoint_type'),
                        ('channel', 'channel'),
                        ('session_id', 'session_id'),
                    ]),
                    'is_path_touchpoint'
                ),
                var('max_path_touchpoints')
            )
        }} as path_touchpoints,
        sum(case when is_excluded then 0 else 1 end) as touchpoints,
        sum(case when is_excluded then 1 else 0 end) as excluded_touchpoints,
        sum(case when environment = 'offline' and not is_excluded then 1 else 0 end)
            as offline_touchpoints,
        sum(case when is_research then 1 else 0 end) as research_touchpoints,
        sum(case when touchpoint_type = 'session' and not is_excluded then 1 else 0 end)
            as sessions,
        sum(case when is_path_touchpoint then 1 else 0 end) as all_path_touchpoints,
        min(sequenced_at) as started_at,
        min(case when is_research then sequenced_at end) as first_researched_at,
        max(case when is_conversion then sequenced_at end) as converted_at,
        max(sequenced_at) as last_touched_at,
        max(event_day) as last_event_day
    from numbered
    group by person_id, journey_number

),

new_parts as (

    select
        new_touchpoints.person_id,
        new_touchpoints.journey_number,
        new_touchpoints.first_touchpoint_id,
        new_touchpoints.order_id,
        new_touchpoints.path_touchpoints,
        new_stages.stage_entries,
        new_stages.max_stage_order,
        new_touchpoints.touchpoints,
        new_touchpoints.excluded_touchpoints,
        new_stages.inbound_touchpoints,
        new_touchpoints.offline_touchpoints,
        new_touchpoints.research_touchpoints,
        new_touchpoints.sessions,
        new_touchpoints.all_path_touchpoints,
        new_touchpoints.started_at,
        new_touchpoints.first_researched_at,
        new_touchpoints.converted_at,
        new_stages.last_inbound_at,
        new_touchpoints.last_touched_at,
        new_touchpoints.last_event_day,
        true as is_new,
        cast(null as bigint) as stored_build,
        cast(null as bigint) as stored_steps,
        cast(null as timestamp) as stored_until
    from new_touchpoints
    left join new_stages
        on
            new_touchpoints.person_id = new_stages.person_id
            and new_touchpoints.journey_number = new_stages.journey_number

),

{% if is_incremental() -%}
all_parts as (

    select * from new_parts
    union all
    select
        person_id,
        journey_number,
        first_touchpoint_id,
        order_id,
        path_touchpoints,
        stage_entries,
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
        converted_at,
        last_inbound_at,
        last_touched_at,
        last_event_day,
        false as is_new,
        build_number as stored_build,
        touchpoints + excluded_touchpoints as stored_steps,
        last_touched_at as stored_until
    from journeys_continued

),

-- A continued journey is its part before and its part since.
parts as (

    select
        person_id,
        journey_number,
        max(first_touchpoint_id) as first_touchpoint_id,
        max(order_id) as order_id,
        {{ list_tail(merged_list('path_touchpoints'), var('max_path_touchpoints')) }}
            as path_touchpoints,
        {{ merged_list('stage_entries') }} as stage_entries,
        max(max_stage_order) as max_stage_order,
        sum(touchpoints) as touchpoints,
        sum(excluded_touchpoints) as excluded_touchpoints,
        sum(inbound_touchpoints) as inbound_touchpoints,
        sum(offline_touchpoints) as offline_touchpoints,
        sum(research_touchpoints) as research_touchpoints,
        sum(sessions) as sessions,
        sum(all_path_touchpoints) as all_path_touchpoints,
        min(started_at) as started_at,
        min(first_researched_at) as first_researched_at,
        max(converted_at) as converted_at,
        max(last_inbound_at) as last_inbound_at,
        max(last_touched_at) as last_touched_at,
        max(last_event_day) as last_event_day,
        bool_or(is_new) as is_new,
        max(stored_build) as stored_build,
        max(stored_steps) as stored_steps,
        max(stored_until) as stored_until
    from all_parts
    group by person_id, journey_number

),
{%- else -%}
parts as (

    select * from new_parts

),
{%- endif %}

-- A path reaches back from the conversion, or, where there is none, from its own last entry.
with_paths as (

    select
        *,
        coalesce(
            converted_at,
            {{ list_element('path_touchpoints', list_length('path_touchpoints')) }}.touched_at
        ) - interval {{ var('attribution_lookback_days') }} day as path_starts_at
    from parts

),

paths as (

    select
        *,
        {{
            list_transform(
                list_filter('path_touchpoints', 'element.touched_at >= path_starts_at'),
                'element.channel'
            )
        }} as path_channels
    from with_paths

),

journeys as (

    select
        {{ surrogate_key(["'journey'", 'paths.first_touchpoint_id']) }} as journey_id,

        paths.person_id,
        paths.order_id,
        paths.first_touchpoint_id,

        cast(paths.journey_number as bigint) as journey_number,
        paths.journey_number = max(paths.journey_number) over journeys_of_person as is_newest,
        paths.path_touchpoints,
        paths.path_channels,
        case
            when {{ list_length('paths.stage_entries') }} > 0 then paths.stage_entries
        end as stage_entries,
        {{
            list_element('paths.stage_entries', list_length('paths.stage_entries'))
        }}.stage as last_inbound_stage,
        cast(paths.max_stage_order as integer) as max_stage_order,

        cast(paths.touchpoints as bigint) as touchpoints,
        cast(paths.excluded_touchpoints as bigint) as excluded_touchpoints,
        cast(coalesce(paths.inbound_touchpoints, 0) as bigint) as inbound_touchpoints,
        cast(paths.offline_touchpoints as bigint) as offline_touchpoints,
        cast(paths.research_touchpoints as bigint) as research_touchpoints,
        cast(paths.sessions as bigint) as sessions,
        cast(paths.all_path_touchpoints as bigint) as all_path_touchpoints,

        paths.started_at,
        paths.first_researched_at,
        paths.path_starts_at,
        paths.converted_at,
        paths.last_inbound_at,
        paths.last_touched_at,

        paths.last_event_day,
        case
            when paths.journey_number = max(paths.journey_number) over journeys_of_person
                then persons.additive_fingerprint
        end as person_fingerprint,
        case when paths.is_new then build.build_number else paths.stored_build end
            as build_number,
        case when paths.is_new then paths.stored_build end as continued_from_build,
        case when paths.is_new then paths.stored_steps end as continued_from_steps,
        case when paths.is_new then paths.stored_until end as continued_from_moment,
        case when paths.is_new then continued.first_new_day end as continued_on_day
    from paths
    cross join build
    inner join persons
        on paths.person_id = persons.person_id
    left join continued
        on paths.person_id = continued.person_id
    window journeys_of_person as (partition by paths.person_id)

)

select * from journeys
