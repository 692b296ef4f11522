with

identifiers as (

    select * from {{ ref('int_identifiers__summarised') }}

),

resolved as (

    select * from {{ ref('int_identifiers__resolved') }}

),

persons as (

    select
        coalesce(resolved.person_id, identifiers.identifier_id) as person_id,

        min(identifiers.first_sequence_key) as first_sequence_key,
        min(identifiers.first_offline_key) as first_offline_key,
        max(identifiers.last_stage_key) as last_stage_key,

        count(*) as identifiers,
        cast(sum(identifiers.touchpoints) as bigint) as touchpoints,
        cast(sum(identifiers.excluded_touchpoints) as bigint) as excluded_touchpoints,
        cast(sum(identifiers.additive_fingerprint) as bigint) as additive_fingerprint,

        min(identifiers.first_seen_at) as first_seen_at,
        max(identifiers.last_seen_at) as last_seen_at,

        max(identifiers._loaded_at) as _loaded_at
    from identifiers
    left join resolved
        on identifiers.identifier_id = resolved.identifier_id
    group by coalesce(resolved.person_id, identifiers.identifier_id)

)

select * from persons
