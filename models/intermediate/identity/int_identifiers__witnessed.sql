{{ config(materialized='view') }}

with

evidence as (

    select * from {{ ref('int_identity__evidence') }}

),

sides as (

    select
        identifier_id,
        identifier_type,
        first_at,
        last_at
    from evidence
    union all
    select
        other_identifier_id as identifier_id,
        other_identifier_type as identifier_type,
        first_at,
        last_at
    from evidence

),

witnessed as (

    select
        identifier_id,

        min(identifier_type) as identifier_type,

        min(first_at) as first_at,
        max(last_at) as last_at
    from sides
    group by identifier_id

)

select * from witnessed
