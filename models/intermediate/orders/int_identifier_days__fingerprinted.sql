{{ config(**incremental_by('event_day')) }}
{#- As far as the models of touchpoints reach beyond the days that received files. -#}
{%- set days = days_to_rebuild(
    [
        ('ga4', 'event'), ('email', 'event'), ('store', 'visit'), ('store', 'loyalty_event'),
        ('social', 'interaction')
    ],
    days_before=2,
    days_after=3 + var('repeated_purchase_days')
) %}

with

touchpoints as (

    select * from {{ ref('int_touchpoints__unioned') }}
    where {{ is_day_in(days) }}

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

        cast(count(*) as bigint) as touchpoints,
        cast(sum(fingerprint) as bigint) as fingerprint,

        max(_loaded_at) as _loaded_at,
        event_day
    from identified
    group by identifier_id, event_day

)

select * from identifier_days
