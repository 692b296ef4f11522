-- No row is lost between a landed file and the touchpoints: for every raw table the newest run
-- balances, and a run that counted nothing is not taken for one that balances.
with

reconciliation as (

    select * from {{ ref('audit_reconciliation') }}
    where run_id = '{{ env_var("VIAGGIO_RUN_ID", invocation_id) }}'

),

unbalanced as (

    select
        source_name,
        table_name
    from reconciliation
    where not balanced

),

nothing_counted as (

    select
        'no' as source_name,
        'rows' as table_name
    from reconciliation
    having count(*) = 0

)

select * from unbalanced
union all
select * from nothing_counted
