with

journeys as (

    select * from {{ ref('fct_journeys') }}
    where not is_excluded or outcome = 'converted'

),

counted as (

    select
        path,
        path_length,
        count(*) as journeys,
        sum(case when outcome = 'converted' then 1 else 0 end) as conversions,
        sum(case when outcome = 'lost' then 1 else 0 end) as lost,
        sum(case when outcome = 'open' then 1 else 0 end) as open,
        sum(case when outcome = 'converted' then net_revenue else 0 end) as revenue
    from journeys
    group by path, path_length

),

paths as (

    select
        {{ surrogate_key(['path']) }} as path_id,

        path,
        path_length,

        journeys,
        cast(conversions as bigint) as conversions,
        cast(lost as bigint) as lost,
        cast(open as bigint) as open,
        cast({{ var('attribution_null_outcomes') | join(' + ') or 0 }} as bigint) as nulls,
        cast(revenue as decimal(18, 2)) as revenue
    from counted

)

select * from paths
