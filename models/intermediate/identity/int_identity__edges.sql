{{ config(materialized='view') }}

with

evidence as (

    select * from {{ ref('int_identity__evidence') }}

),

resolved as (

    select * from {{ ref('int_identifiers__resolved') }}

),

edges as (

    select
        evidence.identifier_id,
        evidence.other_identifier_id,

        evidence.identifier_type,
        evidence.other_identifier_type,
        evidence.evidence,
        evidence.strength,
        case
            when resolved.is_hub or other_resolved.is_hub then 'hub'
            when resolved.is_shared then 'shared_device'
            when resolved.person_id <> other_resolved.person_id then 'other_owner'
        end as rejection_reason,

        evidence.observations,

        resolved.person_id = other_resolved.person_id as is_accepted,

        evidence.first_at,
        evidence.last_at
    from evidence
    inner join resolved
        on evidence.identifier_id = resolved.identifier_id
    inner join resolved as other_resolved
        on evidence.other_identifier_id = other_resolved.identifier_id

)

select * from edges
