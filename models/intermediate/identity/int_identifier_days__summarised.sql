{{ config(**by_day(**touchpoint_days())) }}

with

touchpoints as (

    select *
    from {{ ref('int_touchpoints__fingerprinted') }}
    where
        {{ in_rebuilt_days() }}
        and is_by_day

),

identifier_days as (

    select
        {{ surrogate_key(['identifier_id', 'event_day']) }} as identifier_day_id,

        identifier_id,

        min(source_system) as source_system,
        min(sequence_key) as first_sequence_key,
        min(offline_key) as first_offline_key,
        max(stage_key) as last_stage_key,

        count(*) as touchpoints,
        cast(sum(excluded_touchpoints) as bigint) as excluded_touchpoints,
        cast(sum(additive_fingerprint) as bigint) as additive_fingerprint,

        min(touched_at) as first_touchpoint_at,
        max(touched_at) as last_touchpoint_at,
        max(refused_at) as last_refusal_at,

        max(_loaded_at) as _loaded_at,
        event_day
    from touchpoints
    group by identifier_id, event_day

)

select * from identifier_days
