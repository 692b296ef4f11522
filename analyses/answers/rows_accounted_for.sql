select
    coalesce(source_name, 'all') as source,
    sum(files)::bigint as files,
    sum(files_uncounted)::bigint as unread,
    sum(rows_in_files)::bigint as rows,
    sum(rows_rejected)::bigint as rejected,
    sum(rows_quarantined)::bigint as quarantined,
    sum(rows_duplicate)::bigint as duplicates,
    sum(rows_staged)::bigint as staged,
    sum(rows_modelled)::bigint as modelled,
    sum(rows_filtered)::bigint as filtered,
    bool_and(balanced) as balanced
from {{ ref('audit_reconciliation') }}
where run_id = getvariable('run_id')
group by rollup(source_name)
order by source_name nulls last
