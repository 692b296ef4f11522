-- Why rows were kept out, by table.

select
    source_name,
    table_name,
    reason,
    count(*) as rows_quarantined
from audit.audit_quarantine
group by source_name, table_name, reason
order by rows_quarantined desc, source_name asc, table_name asc, reason asc
limit $shown
