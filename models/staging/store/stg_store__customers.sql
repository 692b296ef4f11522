with

traffic_markers as (

    select * from {{ ref('traffic_markers') }}

),

source as (

    {{ protected_source('store', 'customer') }}

),

versions as (

    select
        *,
        {{ version_count('store', 'customer') }} as _raw_rows,
        {{ version_number('store', 'customer') }} as version_number,
        coalesce(
            bool_or(accepts_marketing) over (partition by {{ business_key('store', 'customer') }}),
            false
        ) as has_consented_once
    from source

),

newest_versions as (

    select * from versions
    where version_number = 1

),

phones as (

    {{ phone_numbers('newest_versions', 'phone') }}

),

customers as (

    select
        newest_versions.id as customer_id,

        newest_versions.loyalty_card as loyalty_card_id,

        {{ email_hash('newest_versions.email') }} as email_hash,
        {{ salted_hash('phones.e164') }} as phone_hash,
        {{ local_date('newest_versions.created_at') }} as created_date,

        coalesce(newest_versions.accepts_marketing, false) as has_marketing_consent,
        -- A refusal that was never anything else may be the shop's default.
        coalesce(not newest_versions.accepts_marketing, false)
        and newest_versions.has_consented_once as has_opted_out_of_marketing,
        coalesce(email_domains.flag = 'internal', false) as is_internal,
        coalesce(email_domains.flag = 'test', false) as is_test,

        newest_versions.created_at,

        newest_versions._source_file,
        newest_versions._loaded_at,
        newest_versions._row_hash,
        newest_versions._raw_rows
    from newest_versions
    left join phones
        on newest_versions.phone = phones.typed
    left join traffic_markers as email_domains
        on
            email_domains.field = 'email_domain'
            and {{ email_domain('newest_versions.email') }} = email_domains.marker

)

select * from customers
