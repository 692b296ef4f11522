{{ config(materialized='view') }}

with

touchpoints as (

    select *
    from {{ ref('int_touchpoints__assigned') }}
    where identifier_id is not null

),

placed as (

    {{ contacts_placed('touchpoints') }}

)

select * from placed
