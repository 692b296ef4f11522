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

        cast(count(*) as bigint) as journeys,
        cast(sum(case when outcome = 'converted' then 1 else 0 end) as bigint)
            as converted_journeys,
        cast(sum(case when outcome = 'lost' then 1 else 0 end) as bigint) as lost_journeys,
        cast(sum(case when outcome = 'open' then 1 else 0 end) as bigint) as open_journeys,
        cast(sum(coalesce(net_revenue, 0)) as decimal(18, 2)) as net_revenue,
        cast(count(seconds) as bigint) as timed_journeys,
        cast(coalesce(sum(seconds), 0) as bigint) as timed_seconds
    from moves
    group by month, persona, from_channel, to_channel, step

)

select * from mart_path_flows
