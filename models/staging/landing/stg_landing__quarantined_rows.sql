with

source as (

    select * from {{ source('landing', 'quarantined_row') }}

),

quarantined_rows as (

    select
        {{
            surrogate_key(
                [
                    'source_name', 'table_name', 'source_file', 'row_number',
                    to_epoch_microseconds('quarantined_at')
                ]
            )
        }} as quarantined_row_id,

        file_id,

        source_name,
        table_name,
        source_file,
        row_number,
        reason,

        quarantined_at
    from source

)

select * from quarantined_rows
