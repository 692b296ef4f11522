with

source as (

    {{ protected_source('privacy', 'erasure_request') }}

),

newest_versions as (

    select
        *,
        {{ version_count('privacy', 'erasure_request') }} as _raw_rows
    from source
    qualify {{ version_number('privacy', 'erasure_request') }} = 1

),

phones as (

    {{ phone_numbers('newest_versions', 'phone') }}

),

erasure_requests as (

    select
        newest_versions.id as erasure_request_id,

        newest_versions.customer_id,
        newest_versions.contact_id,
        newest_versions.user_pseudo_id,

        {{ email_hash('newest_versions.email') }} as email_hash,
        {{ salted_hash('phones.e164') }} as phone_hash,
        {{ local_date('newest_versions.requested_at') }} as requested_date,

        newest_versions.requested_at,

        newest_versions._source_file,
        newest_versions._loaded_at,
        newest_versions._row_hash,
        newest_versions._raw_rows
    from newest_versions
    left join phones
        on newest_versions.phone = phones.typed

)

select * from erasure_requests
