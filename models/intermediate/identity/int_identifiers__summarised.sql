{{ config(**by_key(
    'identifier_id', 'int_identifiers__fingerprinted', 'identifier_fingerprint'
)) }}

with

fingerprints as (

    select * from {{ ref('int_identifiers__fingerprinted') }}

),

identifier_days as (

    select * from {{ ref('int_identifier_days__summarised') }}

),

-- Touchpoints of tables that are staged whole, whose days are not kept.
other_touchpoints as (

    select *
    from {{ ref('int_touchpoints__fingerprinted') }}
    where not is_by_day

),

witnessed as (

    select * from {{ ref('int_identifiers__witnessed') }}
    where {{ in_changed_keys() }}

),

typed as (

    select * from {{ ref('int_identifiers__typed') }}

),

sums as (

    select
        identifier_id,
        source_system,
        first_sequence_key,
        first_offline_key,
        last_stage_key,
        touchpoints,
        excluded_touchpoints,
        additive_fingerprint,
        first_touchpoint_at,
        last_touchpoint_at,
        last_refusal_at,
        _loaded_at
    from identifier_days
    union all
    select
        identifier_id,
        source_system,
        sequence_key as first_sequence_key,
        offline_key as first_offline_key,
        stage_key as last_stage_key,
        1 as touchpoints,
        excluded_touchpoints,
        additive_fingerprint,
        touched_at as first_touchpoint_at,
        touched_at as last_touchpoint_at,
        refused_at as last_refusal_at,
        _loaded_at
    from other_touchpoints

),

touched as (

    select
        identifier_id,
        min(source_system) as source_system,
        min(first_sequence_key) as first_sequence_key,
        min(first_offline_key) as first_offline_key,
        max(last_stage_key) as last_stage_key,
        cast(sum(touchpoints) as bigint) as touchpoints,
        cast(sum(excluded_touchpoints) as bigint) as excluded_touchpoints,
        cast(sum(additive_fingerprint) as bigint) as additive_fingerprint,
        min(first_touchpoint_at) as first_touchpoint_at,
        max(last_touchpoint_at) as last_touchpoint_at,
        max(last_refusal_at) as last_refusal_at,
        max(_loaded_at) as _loaded_at
    from sums
    where {{ in_changed_keys() }}
    group by identifier_id

),

identifiers as (

    select
        coalesce(witnessed.identifier_id, touched.identifier_id) as identifier_id,

        coalesce(
            witnessed.identifier_type,
            typed.identifier_type,
            case touched.source_system
                when 'ga4' then 'device'
                when 'email' then 'email'
                when 'social' then 'handle'
            end
        ) as identifier_type,
        touched.first_sequence_key,
        touched.first_offline_key,
        touched.last_stage_key,

        coalesce(touched.touchpoints, 0) as touchpoints,
        coalesce(touched.excluded_touchpoints, 0) as excluded_touchpoints,
        coalesce(touched.additive_fingerprint, 0) as additive_fingerprint,

        fingerprints.identifier_fingerprint,

        witnessed.identifier_id is not null as has_evidence,

        touched.first_touchpoint_at,
        touched.last_touchpoint_at,
        touched.last_refusal_at,
        least(touched.first_touchpoint_at, witnessed.first_at) as first_seen_at,
        greatest(touched.last_touchpoint_at, witnessed.last_at) as last_seen_at,

        touched._loaded_at
    from witnessed
    full outer join touched
        on witnessed.identifier_id = touched.identifier_id
    left join typed
        on touched.identifier_id = typed.identifier_id
    inner join fingerprints
        on coalesce(witnessed.identifier_id, touched.identifier_id) = fingerprints.identifier_id

)

select * from identifiers
