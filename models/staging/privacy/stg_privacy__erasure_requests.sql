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

erasure_requests as (

    select
        id as erasure_request_id,

        customer_id,
        contact_id,
        user_pseudo_id,

        {{ email_hash('email') }} as email_hash,
        {{ phone_hash('phone') }} as phone_hash,
        {{ local_date('requested_at') }} as requested_date,

        requested_at,

        _source_file,
        _loaded_at,
        _row_hash,
        _raw_rows
    from newest_versions

)

select * from erasure_requests
