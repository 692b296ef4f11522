-- The pages that most visits end on.

select
    page,
    sum(views)::bigint as views,
    sum(entrances)::bigint as entrances,
    sum(exits)::bigint as exits,
    sum(exits) / nullif(sum(views), 0) as exit_rate,
    sum(bounces) / nullif(sum(entrances), 0) as bounce_rate
from marts.mart_page_exits
where month between $first and $last
group by page
order by exits desc, page asc
limit $shown
