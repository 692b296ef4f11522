{{ config(materialized='view') }}

with

sessions as (

    select *
    from {{ ref('int_web_sessions__classified') }}
    where
        device_category = 'tablet'
        and device_identifier_id is not null
        and not is_excluded

),

device_evidence as (

    select *
    from {{ ref('int_identity__evidence') }}
    where identifier_type = 'device'

),

used as (

    select
        device_identifier_id as device_id,
        min(started_at) as first_used_at,
        max(started_at) as last_used_at
    from sessions
    group by device_identifier_id

),

witnessed as (

    select
        identifier_id as device_id,
        min(first_at) as first_evidence_at,
        max(last_at) as last_evidence_at
    from device_evidence
    group by identifier_id

),

household_tablets as (

    select
        used.device_id,

        used.first_used_at,
        used.last_used_at,
        witnessed.first_evidence_at,
        witnessed.last_evidence_at
    from used
    inner join witnessed
        on used.device_id = witnessed.device_id
    where
        used.first_used_at
        < witnessed.first_evidence_at - interval {{ var('identity_tablet_days') }} day
        or used.last_used_at
        > witnessed.last_evidence_at + interval {{ var('identity_tablet_days') }} day

)

select * from household_tablets
