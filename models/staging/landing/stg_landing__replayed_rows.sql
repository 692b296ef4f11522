with

source as (

    select * from {{ source('landing', 'replayed_row') }}

),

replayed_rows as (

    select
        {{
            surrogate_key(
                [
                    'source_name', 'table_name', 'file_id', 'row_number',
                    to_epoch_microseconds('replayed_at')
                ]
            )
        }} as replayed_row_id,

        file_id,

        source_name,
        table_name,
        source_file,
        row_number,
        reason,
        note,

        quarantined_at,
        replayed_at
    from source

)

select * from replayed_rows
