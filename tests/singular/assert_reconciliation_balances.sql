-- No row is lost between a landed file and its staging model: the newest run must balance.
with

reconciliation as (

    select * from {{ ref('audit_reconciliation') }}
    where run_id = '{{ var("run_id") or invocation_id }}'

),

unbalanced as (

    select * from reconciliation
    where not balanced

)

select * from unbalanced
