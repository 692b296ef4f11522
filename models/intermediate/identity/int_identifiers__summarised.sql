with

identifier_days as (

    select * from {{ ref('int_identifier_days__summarised') }}

),

evidence as (

    select * from {{ ref('int_identity__evidence') }}

),

contacted as (

    select
        identifier_id,
        min(source_system) as source_system,
        cast(sum(touchpoints) as bigint) as touchpoints,
        cast(sum(touched_seconds_sum) as bigint) as touched_seconds_sum,
        min(first_contact_at) as first_contact_at,
        max(last_contact_at) as last_contact_at,
        max(_loaded_at) as _loaded_at
    from identifier_days
    group by identifier_id

),

sides as (

    select
        identifier_id,
        identifier_type,
        first_at,
        last_at
    from evidence
    union all
    select
        other_identifier_id as identifier_id,
        other_identifier_type as identifier_type,
        first_at,
        last_at
    from evidence

),

witnessed as (

    select
        identifier_id,
        min(identifier_type) as identifier_type,
        min(first_at) as first_at,
        max(last_at) as last_at
    from sides
    group by identifier_id

),

identifiers as (

    select
        coalesce(witnessed.identifier_id, contacted.identifier_id) as identifier_id,

        coalesce(
            witnessed.identifier_type,
            case contacted.source_system
                when 'ga4' then 'device'
                when 'email' then 'email'
                when 'social' then 'handle'
                else 'loyalty_card'
            end
        ) as identifier_type,

        coalesce(contacted.touchpoints, 0) as touchpoints,
        coalesce(contacted.touched_seconds_sum, 0) as touched_seconds_sum,

        witnessed.identifier_id is not null as has_evidence,

        contacted.first_contact_at,
        contacted.last_contact_at,
        least(
            coalesce(witnessed.first_at, contacted.first_contact_at),
            coalesce(contacted.first_contact_at, witnessed.first_at)
        ) as first_seen_at,
        greatest(
            coalesce(witnessed.last_at, contacted.last_contact_at),
            coalesce(contacted.last_contact_at, witnessed.last_at)
        ) as last_seen_at,

        contacted._loaded_at
    from witnessed
    full outer join contacted
        on witnessed.identifier_id = contacted.identifier_id

)

select * from identifiers
