{{ config(materialized='view') }}

with

paths as (

    select * from {{ ref('int_attribution_paths__counted') }}

),

attribution_paths as (

    select
        {{ surrogate_key(['path']) }} as path_id,

        path,
        path_length,

        journeys,
        conversions,
        lost,
        open,
        nulls,
        revenue
    from paths

)

select * from attribution_paths
