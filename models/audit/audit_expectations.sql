with

results as (

    select * from {{ ref('stg_validation__results') }}

),

expectation_results as (

    select
        expectation_result_id,
        run_id,
        layer,
        source_name,
        table_name,
        expectation,
        column_name,
        severity,
        observed,
        exception,
        unexpected_count,
        element_count,
        is_success as success,
        validated_at
    from results

)

select * from expectation_results
