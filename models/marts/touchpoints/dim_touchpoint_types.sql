with

touchpoint_types as (

    select * from {{ ref('touchpoint_types') }}

),

roles as (

    select
        touchpoint_type,
        role
    from {{ ref('touchpoint_roles') }}

),

dim_touchpoint_types as (

    select
        touchpoint_types.touchpoint_type,
        touchpoint_types.source_system,
        touchpoint_types.environment,
        touchpoint_types.medium_class,
        touchpoint_types.ownership,
        touchpoint_types.default_direction,
        touchpoint_types.default_channel,
        roles.role,
        touchpoint_types.name_en,
        touchpoint_types.name_it,
        touchpoint_types.description,
        touchpoint_types.source_priority,
        touchpoint_types.follows_channel,
        touchpoint_types.is_path_touchpoint,
        touchpoint_types.is_order_echo
    from touchpoint_types
    left join roles
        on touchpoint_types.touchpoint_type = roles.touchpoint_type

)

select * from dim_touchpoint_types
