{{ config(materialized=view_or_table()) }}

with

touchpoints as (

    select * from {{ ref('int_touchpoints__enriched') }}

),

identifiers as (

    select * from {{ ref('int_identifiers__resolved') }}

),

of_persons as (

    select
        touchpoints.*,
        coalesce(identifiers.person_id, touchpoints.identifier_id) as person_id
    from touchpoints
    left join identifiers
        on touchpoints.identifier_id = identifiers.identifier_id

),

assigned as (

    {{ touchpoints_assigned('of_persons') }}

)

select * from assigned
