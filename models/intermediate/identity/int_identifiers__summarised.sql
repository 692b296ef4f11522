{{ config(**incremental_where_outdated('identifier_id')) }}
{%- set outdated = stale_keys(outdated_identifiers(this)) %}

with

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

    {% if is_incremental() -%}
    select *
    from {{ outdated }}
    where has_evidence
    {%- else -%}
    {{ witnessed_identifiers() }}
    {%- endif %}

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

contacted as (

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
    {%- if is_incremental() %}
    where identifier_id in (select outdated.identifier_id from {{ outdated }} as outdated)
    {%- endif %}
    group by identifier_id

),

identifiers as (

    select
        coalesce(witnessed.identifier_id, contacted.identifier_id) as identifier_id,

        coalesce(
            witnessed.identifier_type,
            typed.identifier_type,
            case contacted.source_system
                when 'ga4' then 'device'
                when 'email' then 'email'
                when 'social' then 'handle'
            end
        ) as identifier_type,
        contacted.first_sequence_key,
        contacted.first_offline_key,
        contacted.last_stage_key,

        coalesce(contacted.touchpoints, 0) as touchpoints,
        coalesce(contacted.excluded_touchpoints, 0) as excluded_touchpoints,
        coalesce(contacted.additive_fingerprint, 0) as additive_fingerprint,

        witnessed.identifier_id is not null as has_evidence,

        contacted.first_touchpoint_at,
        contacted.last_touchpoint_at,
        contacted.last_refusal_at,
        least(contacted.first_touchpoint_at, witnessed.first_at) as first_seen_at,
        greatest(contacted.last_touchpoint_at, witnessed.last_at) as last_seen_at,

        contacted._loaded_at
    from witnessed
    full outer join contacted
        on witnessed.identifier_id = contacted.identifier_id
    left join typed
        on contacted.identifier_id = typed.identifier_id

)

select * from identifiers
