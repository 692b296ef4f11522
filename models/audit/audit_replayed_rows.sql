with

replayed_rows as (

    select * from {{ ref('stg_landing__replayed_rows') }}

),

put_back as (

    select
        replayed_row_id,
        source_name,
        table_name,
        source_file,
        row_number,
        reason,
        note,
        quarantined_at,
        replayed_at
    from replayed_rows

)

select * from put_back
