with

source as (

    {{ protected_source('crm', 'feedback_submission') }}

),

newest_versions as (

    select
        *,
        {{ version_count('crm', 'feedback_submission') }} as _raw_rows
    from source
    qualify {{ version_number('crm', 'feedback_submission') }} = 1

),

feedback_submissions as (

    select
        id as feedback_submission_id,

        contact_id,
        order_id,

        survey_type,
        touchpoint_type as asked_touchpoint_type,
        content as body,
        {{ local_date('submitted_at') }} as submitted_date,

        {{ plausible_number('value') }} as score,

        submitted_at,

        _source_file,
        _loaded_at,
        _row_hash,
        _raw_rows
    from newest_versions

)

select * from feedback_submissions
