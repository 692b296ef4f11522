with

files as (

    select * from {{ ref('stg_landing__files') }}

),

withdrawn_files as (

    select
        landed_file_id,
        source_name,
        table_name,
        source_file,
        reason,
        rows_raw,
        rows_quarantined,
        loaded_at,
        withdrawn_at
    from files
    where outcome = 'withdrawn'

)

select * from withdrawn_files
