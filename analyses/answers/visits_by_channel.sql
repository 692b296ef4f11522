with

sessions as (

    select
        coalesce(channel, 'all') as channel,
        count(*) as visits,
        count(distinct person_id) as persons,
        round(100 * avg(engaged::int), 1) as "engaged %",
        count(order_id) as orders,
        round(100 * count(order_id) / count(*), 1) as "buy %"
    from {{ ref('fct_sessions') }}
    where not is_excluded
    group by rollup(channel)
    having count(*) > 0

)

select * from sessions
order by channel = 'all' asc, visits desc, channel asc
