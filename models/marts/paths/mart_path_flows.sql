with

persons as (

    select
        person_id,
        coalesce(persona, 'unknown') as persona
    from {{ ref('dim_persons') }}

),

moves as (

    select
        moves.*,
        persons.persona
    from {{ ref('int_path_moves__followed') }} as moves
    inner join persons
        on moves.person_id = persons.person_id

),

mart_path_flows as (

    select
        month,
        persona,
        from_channel,
        to_channel,
        step,

        count(*) as journeys,
        count(*) filter (where outcome = 'converted') as converted_journeys,
        count(*) filter (where outcome = 'lost') as lost_journeys,
        count(*) filter (where outcome = 'open') as open_journeys,
        cast(sum(coalesce(net_revenue, 0)) as decimal(18, 2)) as net_revenue,
        count(seconds) as timed_journeys,
        cast(coalesce(sum(seconds), 0) as bigint) as timed_seconds
    from moves
    group by month, persona, from_channel, to_channel, step

)

select * from mart_path_flows
