with

source as (

    {{ protected_source('crm', 'engagement_contact') }}

),

newest_versions as (

    select
        *,
        {{ version_count('crm', 'engagement_contact') }} as _raw_rows
    from source
    qualify {{ version_number('crm', 'engagement_contact') }} = 1

),

engagement_contacts as (

    select
        {{ surrogate_key(['engagement_id', 'contact_id']) }} as engagement_contact_id,

        engagement_id,
        contact_id,

        _source_file,
        _loaded_at,
        _row_hash,
        _raw_rows
    from newest_versions

)

select * from engagement_contacts
