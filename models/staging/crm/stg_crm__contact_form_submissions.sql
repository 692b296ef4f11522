with

source as (

    {{ protected_source('crm', 'contact_form_submission') }}

),

newest_versions as (

    select
        *,
        {{ version_count('crm', 'contact_form_submission') }} as _raw_rows
    from source
    qualify {{ version_number('crm', 'contact_form_submission') }} = 1

),

contact_form_submissions as (

    select
        {{
            surrogate_key(
                ['contact_id', 'form_id', to_epoch_microseconds('timestamp')]
            )
        }} as form_submission_id,

        contact_id,
        form_id,
        conversion_id,

        page_url as page_location,
        title as form_title,
        {{ local_date('timestamp') }} as submitted_date,

        timestamp as submitted_at,

        _source_file,
        _loaded_at,
        _row_hash,
        _raw_rows
    from newest_versions

)

select * from contact_form_submissions
