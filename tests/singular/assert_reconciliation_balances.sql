-- No row is lost between a landed file and the touchpoints: for every raw table the newest run
-- balances, and a run that counted nothing is not taken for one that balances.
with

reconciliation as (

    select * from {{ ref('audit_reconciliation') }}
    where run_id = '{{ env_var("VIAGGIO_RUN_ID", invocation_id) }}'

),

unbalanced as (

    select
        concat(source_name, '.', table_name) as raw_table,
        rows_in_files,
        rows_raw + rows_quarantined + rows_rejected + rows_withdrawn + rows_erased as rows_landed,
        rows_raw,
        rows_staged + rows_duplicate as rows_read,
        rows_staged,
        rows_modelled + rows_filtered as rows_explained
    from reconciliation
    where not balanced

),

faults as (

    select
        concat(
            raw_table, ' has ',
            rows_in_files, ' rows in files and ',
            rows_landed, ' raw, refused, withdrawn or erased; ',
            rows_raw, ' raw and ', rows_read, ' staged or duplicate; ',
            rows_staged, ' staged and ', rows_explained, ' in touchpoints or filtered'
        ) as message
    from unbalanced
    union all
    select 'no row was counted' as message
    from reconciliation
    having count(*) = 0

)

select * from faults
