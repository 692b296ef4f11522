{{ config(**by_day([('store', 'visit')])) }}

with

traffic_markers as (

    select * from {{ ref('traffic_markers') }}

),

source as (

    {{ protected_source('store', 'visit') }}
    where {{ in_rebuilt_days() }}

),

newest_versions as (

    select
        *,
        {{ version_count('store', 'visit', by_day=true) }} as _raw_rows
    from source
    qualify {{ version_number('store', 'visit', by_day=true) }} = 1

),

visits as (

    select
        newest_versions.id as visit_id,

        newest_versions.location_id,
        newest_versions.loyalty_card as loyalty_card_id,
        newest_versions.demo_product_id,
        newest_versions.receipt_order_id as order_id,

        newest_versions.source as visit_source,
        {{ email_hash('newest_versions.email') }} as email_hash,
        {{ local_date('newest_versions.entered_at') }} as visit_date,

        {{
            seconds_between('newest_versions.entered_at', 'newest_versions.left_at')
        }} as dwell_seconds,

        newest_versions.demo_product_id is not null as has_demo,
        newest_versions.staff_assisted as is_staff_assisted,
        coalesce(email_domains.flag = 'internal', false) as is_internal,

        newest_versions.entered_at,
        newest_versions.left_at,

        newest_versions._source_file,
        newest_versions._loaded_at,
        newest_versions._row_hash,
        newest_versions._raw_rows,
        newest_versions.event_day
    from newest_versions
    left join traffic_markers as email_domains
        on
            email_domains.field = 'email_domain'
            and {{ email_domain('newest_versions.email') }} = email_domains.marker

)

select * from visits
