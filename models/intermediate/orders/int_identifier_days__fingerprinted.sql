{{ config(**by_day(**touchpoint_days())) }}

with

touchpoints as (

    select * from {{ ref('int_touchpoints__unioned') }}
    where {{ in_rebuilt_days() }}

),

identified as (

    select
        identifier_id,
        {{ evidence_fingerprint() }} as fingerprint,
        _loaded_at,
        event_day
    from touchpoints
    where
        identifier_id is not null
        and is_by_day
        and {{ is_purchase_evidence() }}

),

identifier_days as (

    select
        identifier_id,

        count(*) as touchpoints,
        cast(sum(fingerprint) as bigint) as fingerprint,

        max(_loaded_at) as _loaded_at,
        event_day
    from identified
    group by identifier_id, event_day

)

select * from identifier_days
