-- One row per code of a dimension ($domain), in the order of the dimension.

with

names as (

    select
        'channel' as domain,
        channel as code,
        name_en,
        name_it,
        sort_order
    from marts.dim_channels

    union all

    select
        'stage' as domain,
        stage as code,
        name_en,
        name_it,
        stage_order as sort_order
    from marts.dim_journey_stages

    union all

    select
        'persona' as domain,
        persona as code,
        name_en,
        name_it,
        precedence as sort_order
    from marts.dim_personas

    union all

    select
        'touchpoint_type' as domain,
        touchpoint_type as code,
        name_en,
        name_it,
        source_priority as sort_order
    from marts.dim_touchpoint_types

    union all

    select
        'location' as domain,
        location_id as code,
        location_name as name_en,
        location_name as name_it,
        0 as sort_order
    from marts.dim_locations

)

select
    code,
    name_en,
    name_it
from names
where domain = $domain
order by sort_order, code
