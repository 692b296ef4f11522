with

identity_evidence as (

    select * from {{ ref('identity_evidence') }}

),

evidence as (

    select * from {{ ref('int_identity__evidence') }}

),

hubs as (

    select * from {{ ref('int_identity__hubs') }}

),

clusters as (

    select * from {{ ref('int_identity__clusters') }}

),

device_claims as (

    select *
    from {{ ref('int_identity__claims') }}
    where claim_type = 'device'

),

cluster_claims as (

    select *
    from {{ ref('int_identity__claims') }}
    where claim_type = 'cluster'

),

identifiers as (

    select *
    from {{ ref('int_identifiers__summarised') }}
    where has_evidence

),

-- A hub and a shared device stand alone; everything else goes where its cluster goes.
clustered as (

    select
        identifiers.identifier_id,
        identifiers.identifier_type,
        identifiers.first_seen_at,
        identifiers.last_seen_at,
        hubs.identifier_id is not null as is_hub,
        coalesce(device_claims.is_shared, false) as is_shared,
        case
            when hubs.identifier_id is not null then identifiers.identifier_id
            else coalesce(
                device_claims.cluster_id,
                cluster_claims.cluster_id,
                clusters.cluster_id,
                identifiers.identifier_id
            )
        end as cluster_id
    from identifiers
    left join hubs
        on identifiers.identifier_id = hubs.identifier_id
    left join device_claims
        on identifiers.identifier_id = device_claims.identifier_id
    left join clusters
        on identifiers.identifier_id = clusters.identifier_id
    left join cluster_claims
        on
            coalesce(clusters.cluster_id, identifiers.identifier_id)
            = cluster_claims.identifier_id

),

-- The person is named after the member seen first.
named as (

    select
        *,
        first_value(identifier_id) over (
            partition by cluster_id
            order by first_seen_at asc nulls last, identifier_id asc
            rows between unbounded preceding and unbounded following
        ) as person_id
    from clustered

),

-- Evidence that joins two identifiers of one person keeps its rank.
joining as (

    select
        evidence.identifier_id,
        evidence.other_identifier_id,
        case
            when named.person_id = other_named.person_id then evidence.evidence_rank
        end as evidence_rank
    from evidence
    left join named
        on evidence.identifier_id = named.identifier_id
    left join named as other_named
        on evidence.other_identifier_id = other_named.identifier_id

),

-- The strongest evidence that joins each identifier to another of its person.
strongest as (

    select
        identifier_id,
        min(evidence_rank) as evidence_rank
    from (
        select
            identifier_id,
            evidence_rank
        from joining
        union all
        select
            other_identifier_id as identifier_id,
            evidence_rank
        from joining
    ) as sides
    group by identifier_id

),

resolved as (

    select
        named.identifier_id,

        named.person_id,

        named.identifier_type,
        identity_evidence.evidence,

        named.is_hub,
        named.is_shared,

        named.first_seen_at,
        named.last_seen_at
    from named
    left join strongest
        on named.identifier_id = strongest.identifier_id
    left join identity_evidence
        on strongest.evidence_rank = identity_evidence.evidence_rank

)

select * from resolved
