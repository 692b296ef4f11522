select
    source_name,
    string_agg(distinct table_name, ', ' order by table_name) as tables,
    sum(staged_rows) as rows
from {{ ref('mart_data_coverage') }}
group by source_name
order by source_name
