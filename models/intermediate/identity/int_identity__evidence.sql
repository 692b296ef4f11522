with

identity_evidence as (

    select * from {{ ref('identity_evidence') }}

),

record_evidence as (

    select * from {{ ref('int_identity__record_evidence') }}

),

web_evidence as (

    select * from {{ ref('int_identity__web_evidence') }}

),

-- A purchase ties a device to an order that some record names. An order of GA4 alone is its
-- device's anyway; several of them do not make the device a shared one.
orders_named as (

    select identifier_id
    from {{ ref('int_identifiers__typed') }}
    where identifier_type = 'order'

),

click_evidence as (

    select * from {{ ref('int_identity__click_evidence') }}

),

excluded_orders as (

    select {{ identifier_id('order', 'order_id') }} as identifier_id
    from {{ ref('stg_store__orders') }}
    where is_internal or is_test

),

observed as (

    select
        evidence,
        identifier_id,
        identifier_type,
        other_identifier_id,
        other_identifier_type,
        first_at,
        last_at,
        observations
    from record_evidence
    union all
    select
        web_evidence.evidence,
        web_evidence.device_id as identifier_id,
        'device' as identifier_type,
        web_evidence.other_identifier_id,
        web_evidence.other_identifier_type,
        web_evidence.first_at,
        web_evidence.last_at,
        web_evidence.observations
    from web_evidence
    left join orders_named
        on web_evidence.other_identifier_id = orders_named.identifier_id
    where
        web_evidence.evidence <> 'purchase'
        or orders_named.identifier_id is not null
    union all
    select
        'email_click' as evidence,
        device_id as identifier_id,
        'device' as identifier_type,
        email_id as other_identifier_id,
        'email' as other_identifier_type,
        clicked_at as first_at,
        clicked_at as last_at,
        1 as observations
    from click_evidence
    where is_evidence

),

pairs as (

    select
        identifier_id,
        identifier_type,
        other_identifier_id,
        other_identifier_type,
        evidence,
        cast(sum(observations) as bigint) as observations,
        min(first_at) as first_at,
        max(last_at) as last_at
    from observed
    group by identifier_id, identifier_type, other_identifier_id, other_identifier_type, evidence

),

evidence as (

    select
        pairs.identifier_id,
        pairs.other_identifier_id,

        pairs.identifier_type,
        pairs.other_identifier_type,
        pairs.evidence,
        identity_evidence.evidence_rank,
        identity_evidence.strength,
        identity_evidence.device_priority,

        pairs.observations,

        identity_evidence.counts_towards_hub,

        coalesce(pairs.first_at, pairs.last_at) as first_at,
        pairs.last_at
    from pairs
    inner join identity_evidence
        on pairs.evidence = identity_evidence.evidence
    left join excluded_orders as excluded
        on pairs.identifier_id = excluded.identifier_id
    left join excluded_orders as other_excluded
        on pairs.other_identifier_id = other_excluded.identifier_id
    where excluded.identifier_id is null and other_excluded.identifier_id is null

)

select * from evidence
