with

source as (

    {{ protected_source('crm', 'engagement') }}

),

newest_versions as (

    select
        *,
        {{ version_count('crm', 'engagement') }} as _raw_rows
    from source
    qualify {{ version_number('crm', 'engagement') }} = 1

),

engagements as (

    select
        engagement_id,

        owner_id,
        campaign_id,

        type as engagement_type,
        direction,
        outcome,
        {{ local_date('occurred_at') }} as engaged_date,

        cast({{ plausible_number('duration_ms') }} * 0.001 as decimal(18, 3)) as duration_seconds,

        occurred_at as engaged_at,

        _source_file,
        _loaded_at,
        _row_hash,
        _raw_rows
    from newest_versions

)

select * from engagements
