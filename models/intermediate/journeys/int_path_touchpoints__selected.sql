with

journeys as (

    select * from {{ ref('int_journeys__segmented') }}

),

entries as (

    select
        journey_id,
        person_id,
        order_id,
        converted_at,
        path_starts_at,
        {{ unnest_list('path_touchpoints') }} as entry
    from journeys

),

path_touchpoints as (

    select
        entry.touchpoint_id as touchpoint_id,

        journey_id,
        person_id,
        order_id,
        entry.session_id as session_id,

        cast(row_number() over (
            partition by journey_id
            order by entry.touched_at, entry.source_priority, entry.touchpoint_id
        ) as bigint) as position,
        count(*) over (partition by journey_id) as path_length,
        entry.touchpoint_type as touchpoint_type,
        entry.channel as channel,

        entry.touched_at as touched_at,
        converted_at
    from entries
    where entry.touched_at >= path_starts_at

)

select * from path_touchpoints
