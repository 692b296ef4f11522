with

source as (

    select * from {{ source('validation', 'result') }}

),

-- One expectation may be asked twice of one column, with other limits.
numbered as (

    select
        *,
        row_number() over (
            partition by run_id, layer, source_name, table_name, expectation, column_name
            order by severity, success, observed, unexpected_count, element_count
        ) as expectation_number
    from source

),

results as (

    select
        {{
            surrogate_key(
                [
                    'run_id', 'layer', 'source_name', 'table_name', 'expectation', 'column_name',
                    'expectation_number'
                ]
            )
        }} as expectation_result_id,

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

        success as is_success,

        validated_at
    from numbered

)

select * from results
