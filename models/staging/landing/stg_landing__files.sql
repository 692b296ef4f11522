with

source as (

    select * from {{ source('landing', 'file') }}

),

files as (

    select
        {{ surrogate_key(['run_id', 'source_file']) }} as landed_file_id,

        file_id,
        run_id,

        source_name,
        table_name,
        source_file,
        outcome,
        reason,
        extra_columns,

        rows_in_file,
        rows_raw,
        rows_quarantined,
        rows_erased,
        bytes,

        loaded_at,
        withdrawn_at
    from source

)

select * from files
