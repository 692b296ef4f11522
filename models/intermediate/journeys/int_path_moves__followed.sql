with

journeys as (

    select
        journey_id,
        person_id,
        outcome,
        net_revenue,
        path_length,
        {{ journey_month('last_touched_at') }} as month
    from {{ ref('int_journeys__concluded') }}
    where not is_excluded

),

entries as (

    select
        journey_id,
        position,
        path_length,
        channel,
        touched_at,
        converted_at,
        lag(channel) over (partition by journey_id order by position) as previous_channel,
        lag(touched_at) over (partition by journey_id order by position) as previous_at
    from {{ ref('int_path_touchpoints__selected') }}

),

-- Step 1 leads from the start to the first entry, the last one to how the journey ended. Every
-- journey takes each step once.
moves as (

    select
        journey_id,
        position as step,
        coalesce(previous_channel, 'start') as from_channel,
        channel as to_channel,
        {{ seconds_between('previous_at', 'touched_at') }} as seconds
    from entries
    where position <= {{ var('path_flow_steps') }}

    union all

    select
        journey_id,
        position + 1 as step,
        channel as from_channel,
        'further' as to_channel,
        cast(null as bigint) as seconds
    from entries
    where position = {{ var('path_flow_steps') }} and position < path_length

    union all

    select
        journey_id,
        position + 1 as step,
        channel as from_channel,
        cast(null as string) as to_channel,
        {{ seconds_between('touched_at', 'converted_at') }} as seconds
    from entries
    where position = path_length and position <= {{ var('path_flow_steps') }}

    union all

    select
        journey_id,
        {{ var('path_flow_steps') }} + 2 as step,
        'further' as from_channel,
        cast(null as string) as to_channel,
        cast(null as bigint) as seconds
    from entries
    where position = path_length and position > {{ var('path_flow_steps') }}

    union all

    select
        journey_id,
        1 as step,
        'start' as from_channel,
        cast(null as string) as to_channel,
        cast(null as bigint) as seconds
    from journeys
    where path_length = 0

),

path_moves as (

    select
        moves.journey_id,
        cast(moves.step as bigint) as step,

        journeys.person_id,
        moves.from_channel,
        coalesce(moves.to_channel, journeys.outcome) as to_channel,
        journeys.outcome,
        journeys.month,

        moves.seconds,
        journeys.net_revenue
    from moves
    inner join journeys
        on moves.journey_id = journeys.journey_id

)

select * from path_moves
