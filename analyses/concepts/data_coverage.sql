select
    source_name,
    table_name,
    sum(staged_rows) as rows,
    sum(touchpoints) as touchpoints,
    round(sum(touchpoints_with_person) / nullif(sum(touchpoints), 0), 3) as identified_share,
    max(table_days_behind) as days_behind
from {{ ref('mart_data_coverage') }}
group by source_name, table_name
order by sum(staged_rows) desc, source_name asc, table_name asc
limit 5
