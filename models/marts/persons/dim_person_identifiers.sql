{{ config(materialized='view') }}

with

identifiers as (

    select * from {{ ref('int_identifiers__summarised') }}

),

resolved as (

    select * from {{ ref('int_identifiers__resolved') }}

),

dim_person_identifiers as (

    select
        identifiers.identifier_id,

        coalesce(resolved.person_id, identifiers.identifier_id) as person_id,

        identifiers.identifier_type,
        resolved.evidence,

        identifiers.touchpoints,

        coalesce(resolved.is_hub, false) as is_hub,
        coalesce(resolved.is_shared, false) as is_shared,

        identifiers.first_seen_at,
        identifiers.last_seen_at
    from identifiers
    left join resolved
        on identifiers.identifier_id = resolved.identifier_id

)

select * from dim_person_identifiers
