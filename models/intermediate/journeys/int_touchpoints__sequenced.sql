{{ config(materialized='view') }}

with

touchpoints as (

    select *
    from {{ ref('int_touchpoints__identity_resolved') }}
    where identifier_id is not null

),

placed as (

    {{ touchpoints_ordered('touchpoints') }}

)

select * from placed
