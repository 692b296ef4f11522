select
    source_name as source,
    table_name as table,
    reason,
    rows_filtered as rows
from {{ ref('audit_filtered_rows') }}
where run_id = getvariable('run_id')
order by source_name, table_name, reason, rows_filtered
