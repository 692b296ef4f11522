-- One row per raw table, of the run that published.

select
    source_name,
    table_name,
    files,
    rows_in_files,
    rows_rejected,
    rows_withdrawn,
    rows_erased,
    rows_quarantined,
    rows_duplicate,
    rows_staged,
    rows_filtered,
    rows_modelled,
    balanced
from audit.audit_reconciliation
where run_id = $run_id
order by source_name, table_name
