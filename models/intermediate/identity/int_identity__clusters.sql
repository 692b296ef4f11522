{{ config(**by_key(
    'identifier_id', 'int_identity__neighbourhoods', 'neighbours_fingerprint',
    group_key='cluster_id'
)) }}
{#- A link that came or went changed both of its ends, so whatever the change joins or splits lies
    in the stored clusters of changed identifiers and in new identifiers. -#}
{%- set links %}
    select
        identifier_id,
        other_identifier_id
    from {{ ref('int_identity__links') }}
    where {{ in_changed_keys() }}
{% endset -%}

with

components as (

    select * from {{ connected_components(links, 'identity') }}

),

neighbourhoods as (

    select * from {{ ref('int_identity__neighbourhoods') }}

),

clusters as (

    select
        components.identifier_id,
        components.cluster_id,

        neighbourhoods.neighbours_fingerprint
    from components
    inner join neighbourhoods
        on components.identifier_id = neighbourhoods.identifier_id

)

select * from clusters
