select
    source_system,
    source_table,
    count(*) as touchpoints
from {{ ref('fct_touchpoints') }}
group by source_system, source_table
order by touchpoints desc, source_system asc, source_table asc
limit 5
