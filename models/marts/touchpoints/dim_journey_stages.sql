with

journey_stages as (

    select * from {{ ref('journey_stages') }}

),

dim_journey_stages as (

    select
        stage,
        name_en,
        name_it,
        lifecycle_step,
        lifecycle_name_en,
        lifecycle_name_it,
        description,
        stage_order
    from journey_stages

)

select * from dim_journey_stages
