with

evidence as (

    select *
    from {{ ref('int_identity__evidence') }}
    where identifier_type <> 'device' or not {{ var('identity_guards_shared_devices') }}

),

hubs as (

    select identifier_id from {{ ref('int_identity__hubs') }}

),

links as (

    select distinct
        least(evidence.identifier_id, evidence.other_identifier_id) as identifier_id,
        greatest(evidence.identifier_id, evidence.other_identifier_id) as other_identifier_id
    from evidence
    left join hubs
        on evidence.identifier_id = hubs.identifier_id
    left join hubs as other_hubs
        on evidence.other_identifier_id = other_hubs.identifier_id
    where
        evidence.identifier_id <> evidence.other_identifier_id
        and hubs.identifier_id is null
        and other_hubs.identifier_id is null

)

select * from links
