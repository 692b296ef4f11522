-- How many expectations of each layer and severity were met when last checked.

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
    severity,
    count(*) as expectations,
    count_if(success) as met,
    count_if(not success) as missed
from latest
group by layer, severity
order by list_position(['raw', 'staging', 'intermediate', 'marts'], layer), severity
