with

traffic_markers as (

    select * from {{ ref('traffic_markers') }}

),

source as (

    {{ protected_source('crm', 'contact') }}

),

newest_versions as (

    select
        *,
        {{ version_count('crm', 'contact') }} as _raw_rows
    from source
    qualify {{ version_number('crm', 'contact') }} = 1

),

phones as (

    {{ phone_numbers('newest_versions', 'property_phone') }}

),

contacts as (

    select
        newest_versions.id as contact_id,

        newest_versions.property_ga_client_id as user_pseudo_id,
        newest_versions.property_loyalty_card as loyalty_card_id,
        newest_versions.property_hs_merged_object_ids as merged_contact_ids,

        {{ email_hash('newest_versions.property_email') }} as email_hash,
        {{ salted_hash('phones.e164') }} as phone_hash,
        {{ handle_hash('newest_versions.property_instagram') }} as instagram_handle_hash,
        {{ handle_hash('newest_versions.property_facebook') }} as facebook_handle_hash,
        {{ handle_hash('newest_versions.property_twitter') }} as twitter_handle_hash,
        lower(newest_versions.property_lifecyclestage) as lifecycle_stage,
        newest_versions.property_hs_lead_status as lead_status,
        newest_versions.property_hs_analytics_source as first_source,
        newest_versions.property_how_did_you_hear as how_did_you_hear,
        {{ local_date('newest_versions.property_createdate') }} as created_date,

        coalesce(newest_versions.property_hs_email_optout, false) as has_opted_out_of_email,
        newest_versions.property_marketing_consent_at is not null as has_marketing_consent,
        coalesce(newest_versions.is_deleted, false) as is_deleted,
        coalesce(email_domains.flag = 'internal', false) as is_internal,
        coalesce(email_domains.flag = 'test', false) as is_test,

        newest_versions.property_createdate as created_at,
        newest_versions.property_marketing_consent_at as marketing_consent_at,
        coalesce(
            newest_versions.property_lastmodifieddate, newest_versions.property_createdate
        ) as updated_at,

        newest_versions._source_file,
        newest_versions._loaded_at,
        newest_versions._row_hash,
        newest_versions._raw_rows
    from newest_versions
    left join phones
        on newest_versions.property_phone = phones.typed
    left join traffic_markers as email_domains
        on
            email_domains.field = 'email_domain'
            and {{ email_domain('newest_versions.property_email') }} = email_domains.marker

)

select * from contacts
