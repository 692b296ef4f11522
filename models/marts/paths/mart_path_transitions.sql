with

journeys as (

    select
        journey_id,
        outcome,
        net_revenue,
        path_length
    from {{ ref('fct_journeys') }}
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
    from {{ ref('int_path_entries__selected') }}

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

moves_of_journeys as (

    select
        moves.step,
        moves.from_channel,
        coalesce(moves.to_channel, journeys.outcome) as to_channel,
        moves.seconds,
        journeys.outcome,
        journeys.net_revenue
    from moves
    inner join journeys
        on moves.journey_id = journeys.journey_id

),

summed as (

    select
        from_channel,
        to_channel,
        step,
        count(*) as journeys,
        sum(case when outcome = 'converted' then 1 else 0 end) as converted_journeys,
        sum(case when outcome = 'lost' then 1 else 0 end) as lost_journeys,
        sum(case when outcome = 'open' then 1 else 0 end) as open_journeys,
        sum(coalesce(net_revenue, 0)) as net_revenue,
        median(seconds) as seconds_median
    from moves_of_journeys
    group by from_channel, to_channel, step

),

mart_path_transitions as (

    select
        from_channel,
        to_channel,
        cast(step as bigint) as step,

        cast(journeys as bigint) as journeys,
        cast(converted_journeys as bigint) as converted_journeys,
        cast(lost_journeys as bigint) as lost_journeys,
        cast(open_journeys as bigint) as open_journeys,
        cast(net_revenue as decimal(18, 2)) as net_revenue,

        {{ ratio('journeys', 'sum(journeys) over (partition by from_channel, step)') }}
            as share_of_from,
        {{ ratio('journeys', 'sum(journeys) over (partition by to_channel, step)') }}
            as share_of_to,
        {{ ratio('converted_journeys', 'converted_journeys + lost_journeys') }}
            as conversion_rate,
        {{ ratio('seconds_median', '3600') }} as median_hours
    from summed

)

select * from mart_path_transitions
