-- Rows of each source and table, month by month.

select
    month,
    source_name,
    table_name,
    sum(staged_rows)::bigint as staged_rows
from marts.mart_data_coverage
where month between $first and $last
group by month, source_name, table_name
order by source_name, table_name, month
