with

source as (

    select * from {{ source('landing', 'file_day') }}

),

file_days as (

    select
        {{ surrogate_key(['source_name', 'table_name', 'file_id', 'event_day']) }} as file_day_id,

        file_id,

        source_name,
        table_name,

        row_count,

        loaded_at,

        event_day
    from source

)

select * from file_days
