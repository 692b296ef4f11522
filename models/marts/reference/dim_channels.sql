with

channels as (

    select * from {{ ref('channels') }}

),

dimension as (

    select
        channel,

        channel_kind,
        environment,
        medium_class,
        ownership,
        name_en,
        name_it,

        sort_order,

        is_paid,
        is_web
    from channels

)

select * from dimension
