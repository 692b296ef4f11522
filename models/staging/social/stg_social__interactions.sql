{{ config(**by_day([('social', 'interaction')])) }}

with

source as (

    {{ protected_source('social', 'interaction') }}
    where {{ in_rebuilt_days() }}

),

newest_versions as (

    select
        *,
        {{ version_count('social', 'interaction', by_day=true) }} as _raw_rows
    from source
    qualify {{ version_number('social', 'interaction', by_day=true) }} = 1

),

interactions as (

    select
        {{ surrogate_key(['network', 'id', 'event_day']) }} as interaction_id,

        id as network_interaction_id,
        post_id,
        campaign_id,

        {{ masked('network') }} as network,
        kind as interaction_kind,
        direction,
        {{ handle_hash('author_handle') }} as author_handle_hash,
        body,
        {{ local_date('occurred_at') }} as interaction_date,

        {{ plausible_number('followers') }} as followers,

        occurred_at as interaction_at,

        _source_file,
        _loaded_at,
        _row_hash,
        _raw_rows,
        event_day
    from newest_versions

)

select * from interactions
