-- Why staged rows are no touchpoint of anybody, as of the run that published.

select
    source_name,
    table_name,
    reason,
    rows_filtered
from audit.audit_filtered_rows
where run_id = $run_id
order by rows_filtered desc, source_name asc, table_name asc, reason asc
