-- The expectations that were not met when last checked, critical ones first.

with

latest as (

    select *
    from audit.audit_expectations
    qualify
        row_number() over (
            partition by layer, source_name, table_name, expectation, column_name
            order by validated_at desc, expectation_result_id asc
        ) = 1

)

select
    layer,
    source_name,
    table_name,
    expectation,
    severity,
    observed,
    unexpected_count
from latest
where not success
order by severity, layer, source_name, table_name, expectation
limit $shown
