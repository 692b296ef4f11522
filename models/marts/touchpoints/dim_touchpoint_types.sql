with

touchpoint_types as (

    select * from {{ ref('touchpoint_types') }}

),

dim_touchpoint_types as (

    select
        touchpoint_type,
        source_system,
        environment,
        medium_class,
        ownership,
        default_direction,
        default_channel,
        name_en,
        name_it,
        description,
        source_priority,
        follows_channel,
        is_path_entry,
        is_research,
        retells_order
    from touchpoint_types

)

select * from dim_touchpoint_types
