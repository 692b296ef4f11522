-- One row per raw table and day whose personal values were taken out.
with

expired_days as (

    select * from {{ ref('stg_landing__expired_days') }}

),

expired as (

    select
        expired_day_id,
        source_name,
        table_name,
        event_day,
        expired_at
    from expired_days

)

select * from expired
