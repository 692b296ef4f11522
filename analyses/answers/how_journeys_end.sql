select
    coalesce(outcome, 'all') as outcome,
    count(*) as journeys,
    count(distinct person_id) as persons,
    round(avg(touchpoint_count), 1) as "mean touchpoints",
    round(avg(research_depth), 1) as "research depth",
    round(median(duration_hours) / 24, 1) as "median days",
    round(100 * avg((offline_touchpoint_count > 0)::int), 1) as "also offline %",
    sum(net_revenue)::double as "net revenue"
from {{ ref('fct_journeys') }}
where not is_excluded
group by rollup(outcome)
having count(*) > 0
order by grouping(outcome), outcome
