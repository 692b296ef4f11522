with

device_evidence as (

    select *
    from {{ ref('int_identity__evidence') }}
    where identifier_type = 'device' and {{ var('identity_guards_shared_devices') }}

),

hubs as (

    select * from {{ ref('int_identity__hubs') }}

),

clusters as (

    select * from {{ ref('int_identity__clusters') }}

),

household_tablets as (

    select * from {{ ref('int_identity__household_tablets') }}

),

types as (

    select
        identifier_id,
        identifier_type
    from {{ ref('int_identity__evidence') }}
    where {{ is_account_type('identifier_type') }}
    union
    select
        other_identifier_id as identifier_id,
        other_identifier_type as identifier_type
    from {{ ref('int_identity__evidence') }}
    where {{ is_account_type('other_identifier_type') }}

),

-- Clusters with an account are known persons; the others are unclaimed e-mail addresses and
-- orders.
known_clusters as (

    select distinct coalesce(clusters.cluster_id, types.identifier_id) as cluster_id
    from types
    left join clusters
        on types.identifier_id = clusters.identifier_id

),

links as (

    select
        device_evidence.identifier_id as device_id,
        device_evidence.device_priority,
        coalesce(clusters.cluster_id, device_evidence.other_identifier_id) as cluster_id,
        household_tablets.device_id is not null as is_household_tablet
    from device_evidence
    left join household_tablets
        on device_evidence.identifier_id = household_tablets.device_id
    left join clusters
        on device_evidence.other_identifier_id = clusters.identifier_id
    left join hubs
        on device_evidence.identifier_id = hubs.identifier_id
    left join hubs as other_hubs
        on device_evidence.other_identifier_id = other_hubs.identifier_id
    where hubs.identifier_id is null and other_hubs.identifier_id is null

),

known_links as (

    select
        links.device_id,
        links.device_priority,
        links.cluster_id,
        links.is_household_tablet
    from links
    inner join known_clusters
        on links.cluster_id = known_clusters.cluster_id

),

-- Whose a device is: the one known person its strongest evidence points at.
owned_devices as (

    select
        device_id,
        count(distinct cluster_id) > 1 or bool_or(is_household_tablet) as is_shared,
        min(cluster_id) as cluster_id
    from (
        select
            *,
            min(device_priority) over (partition by device_id) as strongest_priority
        from known_links
    ) as ranked
    where device_priority = strongest_priority
    group by device_id

),

-- An unclaimed cluster seen on the devices of one known person only is that person's.
claimed_clusters as (

    select
        links.cluster_id,
        min(owned_devices.cluster_id) as claimed_by_cluster_id
    from links
    inner join owned_devices
        on links.device_id = owned_devices.device_id
    left join known_clusters
        on links.cluster_id = known_clusters.cluster_id
    where not owned_devices.is_shared and known_clusters.cluster_id is null
    group by links.cluster_id
    having count(distinct owned_devices.cluster_id) = 1

),

-- A device without a known person goes by the unclaimed clusters, if they come to one.
unowned_devices as (

    select
        links.device_id,
        count(distinct coalesce(claimed_clusters.claimed_by_cluster_id, links.cluster_id)) > 1
        or bool_or(links.is_household_tablet) as is_shared,
        min(coalesce(claimed_clusters.claimed_by_cluster_id, links.cluster_id)) as cluster_id
    from links
    left join claimed_clusters
        on links.cluster_id = claimed_clusters.cluster_id
    left join owned_devices
        on links.device_id = owned_devices.device_id
    where owned_devices.device_id is null
    group by links.device_id

),

judged as (

    select * from owned_devices
    union all
    select * from unowned_devices

),

claims as (

    select
        device_id as identifier_id,

        'device' as claim_type,
        case when is_shared then device_id else cluster_id end as cluster_id,

        is_shared
    from judged
    union all
    select
        cluster_id as identifier_id,

        'cluster' as claim_type,
        claimed_by_cluster_id as cluster_id,

        false as is_shared
    from claimed_clusters

)

select * from claims
