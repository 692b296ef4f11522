select
    coalesce(environment, 'all') as environment,
    count(*) as touchpoints,
    round(100 * count(*) / max(count(*)) over (), 1) as "share %",
    count_if(is_path_touchpoint) as "path touchpoints",
    count(distinct person_id) as persons,
    count(distinct touchpoint_type) as "kinds of touchpoint"
from {{ ref('fct_touchpoints') }}
where not is_excluded
group by rollup(environment)
having count(*) > 0
order by grouping(environment), environment
