with

source as (

    {{ protected_source('email', 'campaign') }}

),

newest_versions as (

    select
        *,
        {{ version_count('email', 'campaign') }} as _raw_rows
    from source
    qualify {{ version_number('email', 'campaign') }} = 1

),

campaigns as (

    select
        id as campaign_id,

        workflow_id,
        offer_id,

        name as campaign_name,
        subject,
        type as campaign_type,
        {{ local_date('sent_at') }} as sent_date,

        coalesce(is_personalised, false) as is_personalised,

        sent_at,

        _source_file,
        _loaded_at,
        _row_hash,
        _raw_rows
    from newest_versions

)

select * from campaigns
