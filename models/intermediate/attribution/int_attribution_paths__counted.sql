with

journeys as (

    select * from {{ ref('int_journeys__concluded') }}
    where not is_excluded or outcome = 'converted'

),

counted as (

    select
        path,
        path_length,
        count(*) as journeys,
        count(*) filter (where outcome = 'converted') as conversions,
        count(*) filter (where outcome = 'lost') as lost,
        count(*) filter (where outcome = 'open') as open,
        sum(case when outcome = 'converted' then net_revenue else 0 end) as revenue
    from journeys
    group by path, path_length

),

paths as (

    select
        path,
        path_length,

        journeys,
        conversions,
        lost,
        open,
        cast({{ var('attribution_null_outcomes') | join(' + ') or 0 }} as bigint) as nulls,
        cast(revenue as decimal(18, 2)) as revenue
    from counted

)

select * from paths
