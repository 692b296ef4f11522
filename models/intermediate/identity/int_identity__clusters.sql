{{ config(
    post_hook="{{ drop_clustered('identity') }}",
    **incremental_where_outdated('identifier_id')
) }}
{%- set edges %}
    select
        evidence.identifier_id,
        evidence.other_identifier_id
    from {{ ref('int_identity__evidence') }} as evidence
    left join {{ ref('int_identity__hubs') }} as hubs
        on evidence.identifier_id = hubs.identifier_id
    left join {{ ref('int_identity__hubs') }} as other_hubs
        on evidence.other_identifier_id = other_hubs.identifier_id
    where
        (evidence.identifier_type <> 'device' or not {{ var('identity_guards_shared_devices') }})
        and hubs.identifier_id is null
        and other_hubs.identifier_id is null
{% endset -%}
{%- set clustered = cluster_changed(edges, this, 'identity') %}

with

components as (

    select * from {{ clustered.components }}

),

neighbourhoods as (

    select * from {{ clustered.neighbourhoods }}

),

clusters as (

    select
        components.identifier_id,
        components.cluster_id,

        neighbourhoods.neighbours,
        neighbourhoods.neighbours_sum
    from components
    inner join neighbourhoods
        on components.identifier_id = neighbourhoods.identifier_id

)

select * from clusters
