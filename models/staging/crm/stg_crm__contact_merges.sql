with

source as (

    {{ protected_source('crm', 'contact_merge_audit') }}

),

newest_versions as (

    select
        *,
        {{ version_count('crm', 'contact_merge_audit') }} as _raw_rows
    from source
    qualify {{ version_number('crm', 'contact_merge_audit') }} = 1

),

contact_merges as (

    select
        {{ surrogate_key(['canonical_vid', 'vid_to_merge']) }} as contact_merge_id,

        canonical_vid as surviving_contact_id,
        vid_to_merge as merged_contact_id,

        {{ local_date('timestamp') }} as merged_date,

        timestamp as merged_at,

        _source_file,
        _loaded_at,
        _row_hash,
        _raw_rows
    from newest_versions

)

select * from contact_merges
