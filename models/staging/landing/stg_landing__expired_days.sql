-- One row per raw table and day whose personal values were taken out.
with

source as (

    select * from {{ source('landing', 'expired_day') }}

),

expired_days as (

    select
        {{ surrogate_key(['source_name', 'table_name', 'event_day']) }} as expired_day_id,

        source_name,
        table_name,

        loaded_until,
        expired_at,
        event_day
    from source

)

select * from expired_days
