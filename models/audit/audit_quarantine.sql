with

quarantined_rows as (

    select * from {{ ref('stg_landing__quarantined_rows') }}

),

bad_rows as (

    select
        quarantined_row_id,
        source_name,
        table_name,
        source_file,
        row_number,
        reason,
        quarantined_at
    from quarantined_rows

)

select * from bad_rows
