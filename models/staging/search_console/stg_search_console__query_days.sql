{{ config(**by_day([('search_console', 'query_day')])) }}

with

source as (

    {{ protected_source('search_console', 'query_day') }}
    where {{ in_rebuilt_days() }}

),

newest_versions as (

    select
        *,
        {{ version_count('search_console', 'query_day', by_day=true) }} as _raw_rows
    from source
    qualify {{ version_number('search_console', 'query_day', by_day=true) }} = 1

),

query_days as (

    select
        {{
            surrogate_key(
                [
                    'data_date', 'site_url', 'url', 'query', 'is_anonymized_query', 'country', 'device'
                ]
            )
        }} as query_day_id,

        data_date as search_date,
        {{ masked('site_url') }} as site_url,
        {{ masked('url') }} as page_location,
        {{ masked('query') }} as query,
        {{ masked('country') }} as country_code,
        {{ masked('lower(device)') }} as device_category,

        {{ plausible_number('impressions') }} as impressions,
        {{ plausible_number('clicks') }} as clicks,
        {{ plausible_number('sum_position') }} as sum_position,

        coalesce(is_anonymized_query, false) as is_anonymized_query,

        _source_file,
        _loaded_at,
        _row_hash,
        _raw_rows,
        event_day
    from newest_versions

)

select * from query_days
