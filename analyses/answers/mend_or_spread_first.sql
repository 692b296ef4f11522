with

claims as (

    select
        kind,
        touchpoint_type,
        signal,
        stage,
        persons,
        round(100 * effect, 1) as "per 100 touchpoints",
        estimated_revenue_low::double as "worth at least",
        estimated_revenue::double as worth,
        rank
    from {{ ref('mart_opportunities') }}
    where persona = 'all'

),

signs as (

    select
        'look at' as kind,
        touchpoint_type,
        signal,
        stage,
        persons,
        round(100 * effect, 1) as "per 100 touchpoints",
        null::double as "worth at least",
        null::double as worth,
        row_number() over (
            order by effect desc, touchpoint_type asc, signal asc, stage asc
        ) as rank
    from {{ ref('mart_pain_points') }}
    where persona = 'all' and not exists (select 1 from claims)

),

findings as (

    select * from claims

    union all

    select * from signs

)

select * exclude (rank) from findings
order by rank
limit 12
